"""Reading alone: a CSV file through pyarrow's parser, the table of an SQLite file. Nothing is looked at."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

BATCH = 10_000  # rows


def parsed(file: Path) -> int:
    """The rows of a CSV file, all cells as text, line ends in quotes allowed: so that no cell is lost."""
    import pyarrow as pa
    from pyarrow import csv

    with file.open(encoding="utf-8") as stream:
        names = stream.readline().strip().split(",")
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    parse = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(file, csv.ReadOptions(use_threads=False), parse, convert) as reader:
        return sum(batch.num_rows for batch in reader)


def main(file: Path) -> None:
    """Prints how many rows there are."""
    if file.suffix == ".csv":
        print(parsed(file))
        return
    cursor = sqlite3.connect(f"file:{file}?mode=ro", uri=True).execute("SELECT * FROM citizens")
    count = 0
    while rows := cursor.fetchmany(BATCH):
        count += len(rows)
    print(count)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
