// Filters and sorts tables. Without it the report holds the same, in order of risk.
(() => {
  "use strict";
  const words = document.body.dataset;
  const language = document.documentElement.lang;

  // A unit is what stays together: a row, or a finding with its evidence.
  const units = (table) => table.matches(".findings") ? [...table.tBodies] : [...table.tBodies[0].rows];
  const firstRow = (unit) => unit.tagName === "TR" ? unit : unit.rows[0];

  function value(unit, column) {
    const text = firstRow(unit).cells[column]?.textContent.trim() ?? "";
    const figure = text.match(/^[<>±]?\s*([0-9][0-9.,]*)/)?.[1];
    if (!figure) return text.toLowerCase();
    return parseFloat(language === "id" ? figure.replaceAll(".", "").replace(",", ".") : figure.replaceAll(",", ""));
  }

  function compare(a, b) {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? 1 : -1;
  }

  function sort(table, header, column) {
    const falling = header.getAttribute("aria-sort") !== "descending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const keyed = units(table).map((unit) => [value(unit, column), unit]);
    keyed.sort((a, b) => compare(a[0], b[0]) * (falling ? -1 : 1));
    keyed[0]?.[1].parentNode.append(...keyed.map(([, unit]) => unit));
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = words.sort;
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header, column));
      header.append(button);
    });
  }

  const shownOf = (...counts) => counts.reduce((text, n) => text.replace("#", n.toLocaleString(language)), words.shown);

  function filterFor(part, number) {
    const all = [...part.querySelectorAll("table")].flatMap((table) => {
      const group = table.closest("details.group");
      const name = group && part.contains(group) ? group.querySelector("summary").textContent : "";
      return units(table).map((unit) => ({ unit, group, text: `${name} ${unit.textContent}`.toLowerCase() }));
    });
    const box = document.createElement("p"), label = document.createElement("label");
    const input = document.createElement("input"), told = document.createElement("span");
    box.className = "filter";
    input.type = "search";
    input.id = `filter-${number}`;
    label.htmlFor = input.id;
    label.textContent = part.dataset.filter;
    told.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const shown = new Set();
      let count = 0;
      for (const { unit, group, text } of all) {
        const fits = wanted.every((word) => text.includes(word));
        unit.classList.toggle("off", !fits);
        if (fits) count += 1, shown.add(group);
      }
      for (const group of part.querySelectorAll("details.group")) group.classList.toggle("off", !shown.has(group));
      told.textContent = wanted.length ? shownOf(count, all.length) : "";
    });
    box.append(label, input, told);
    part.prepend(box);
  }

  document.querySelectorAll("[data-filter]").forEach(filterFor);
})();
