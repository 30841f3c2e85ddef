"""Contract tests for plugins, shipped so that outsiders inherit them.

@pytest.mark.parametrize("check", testing.FORMAT_CHECKS, ids=lambda c: c.__name__)
def test_contract(check):
    check(my_package.plugin, testing.Sample("small.xyz", data, values=("3171014107900001",)))

@pytest.mark.parametrize("check", testing.SOURCE_CHECKS, ids=lambda c: c.__name__)
def test_contract_of_a_source(check):
    check(testing.Held("xyz://user:secret@127.0.0.1/folder", values=("3171014107900001",), password="secret"))
"""

from __future__ import annotations

import io
import pickle
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from privacyscan import read
from privacyscan.errors import TargetError
from privacyscan.formats import Format
from privacyscan.model import File, Limits, Place, Reason, Skipped, Table, Text, Unit
from privacyscan.settings import Scope

CUTS = 40  # points at which a sample is cut off, and so many bytes are damaged


@dataclass(frozen=True, slots=True)
class Sample:
    """A small good file of a format. `values` are made-up values that stand in it and must come out of it.

    `marks_end` says that a file which is cut off can be told from a whole one. `bomb` is a file of the format
    that unpacks to more than 60 MB and more than 200 times its size; None for a format that unpacks nothing.
    """

    name: str
    data: bytes = field(repr=False)
    values: tuple[str, ...] = field(repr=False)
    marks_end: bool = True
    bomb: bytes | None = field(default=None, repr=False)

    @property
    def file(self) -> File:
        """The sample as a source gives it."""
        return File(Place("sample", (self.name,)), lambda: io.BytesIO(self.data), len(self.data))


def parts(plugin: Format, sample: Sample, limits: Limits | None = None) -> list[Table | Text | Skipped]:
    """Everything that the format makes of the sample."""
    return list(read.read_as(plugin, sample.file, limits or Limits()))


def texts(found: list[Table | Text | Skipped]) -> Iterator[str]:
    """All cells and blocks of the parts, as text."""
    for part in found:
        if isinstance(part, Table):
            yield from (str(cell) for row in part.batch.to_pylist() for cell in row.values() if cell is not None)
        elif isinstance(part, Text):
            yield part.data.decode("utf-8")


def recognises_its_sample(plugin: Format, sample: Sample) -> None:
    """The sample is known by its first bytes and its name; suffixes are lower case with the dot."""
    assert plugin.matches(sample.data[: read.HEAD], sample.name.lower()) > 0
    assert plugin.suffixes == tuple(s.lower() for s in plugin.suffixes)
    assert all(s.startswith(".") for s in plugin.suffixes)


def leaves_other_files_alone(plugin: Format, sample: Sample) -> None:
    """Bytes that are nothing are not recognised, whatever their name; nothing is not an error either."""
    noise = b"\x00\x01\x02\xfe\xff" + random.Random(1).randbytes(5_000)
    for suffix in plugin.suffixes:
        assert plugin.matches(noise, f"x{suffix}") == 0
        assert plugin.matches(b"", f"x{suffix}") >= 0


def loses_no_value(plugin: Format, sample: Sample) -> None:
    """Everything that stands in the sample comes out of it."""
    found = parts(plugin, sample)
    text = "\n".join(texts(found))
    assert [v for v in sample.values if v not in text] == []
    assert [p for p in found if isinstance(p, Skipped)] == []


def says_the_same_twice(plugin: Format, sample: Sample) -> None:
    """Reading again gives the same parts in the same order."""
    assert _plain(parts(plugin, sample)) == _plain(parts(plugin, sample))


def keeps_places_below_the_file(plugin: Format, sample: Sample) -> None:
    """Every place begins with the file."""
    for part in parts(plugin, sample):
        assert part.place.target == "sample"
        assert part.place.path[0] == sample.name


def keeps_batches_small(plugin: Format, sample: Sample) -> None:
    """Batches and blocks keep the limits, follow each other without a gap, and add up to the same."""
    small = Limits(batch_rows=3, block_bytes=2_000)
    found = parts(plugin, sample, small)
    for place in {p.place for p in found}:
        tables = [p for p in found if isinstance(p, Table) and p.place == place]
        assert all(t.batch.num_rows <= small.batch_rows for t in tables)
        assert all(b.first_row == a.first_row + a.batch.num_rows for a, b in pairwise(tables))
        blocks = [p for p in found if isinstance(p, Text) and p.place == place]
        assert all(len(b.data) <= small.block_bytes for b in blocks)
        for a, b in pairwise(blocks):
            new = a.data[: len(a.data) - b.overlap]
            assert b.first_line == a.first_line + new.count(b"\n")
            assert b.first_char == a.first_char + len(new.decode("utf-8"))
    assert _content(found) == _content(parts(plugin, sample))


def survives_an_empty_file(plugin: Format, sample: Sample) -> None:
    """A file without a byte raises nothing."""
    parts(plugin, replace(sample, data=b""))


def shows_where_it_was_cut_off(plugin: Format, sample: Sample) -> None:
    """A file cut off anywhere is read without an error; if its end can be told, what is missing is listed."""
    whole = _content(parts(plugin, sample))
    for i in range(CUTS):
        found = parts(plugin, replace(sample, data=sample.data[: 1 + i * len(sample.data) // CUTS]))
        if sample.marks_end:
            assert any(isinstance(p, Skipped) for p in found) or _content(found) == whole, f"cut {i} of {CUTS}"


def survives_damage(plugin: Format, sample: Sample) -> None:
    """Wrong bytes anywhere are no error, and no message repeats a value."""
    chance = random.Random(2)
    for start in (b"", sample.data[:16], sample.data[:64]):
        _quiet(parts(plugin, replace(sample, data=start + chance.randbytes(3_000))), sample)
    for i in range(CUTS):
        data = bytearray(sample.data)
        for _ in range(1 + i // 10):
            data[chance.randrange(len(data))] = chance.randrange(256)
        _quiet(parts(plugin, replace(sample, data=bytes(data))), sample)


def stops_at_a_bomb(plugin: Format, sample: Sample) -> None:
    """A file that unpacks to more than the limits is read up to them, and listed."""
    if sample.bomb is not None:
        found = parts(plugin, replace(sample, data=sample.bomb))
        assert any(isinstance(p, Skipped) and p.reason is Reason.BOMB for p in found)
        found = parts(plugin, sample, Limits(max_unpacked=16))
        assert any(isinstance(p, Skipped) and p.reason is Reason.BOMB for p in found)


FORMAT_CHECKS: tuple[Callable[[Format, Sample], None], ...] = (
    recognises_its_sample,
    leaves_other_files_alone,
    loses_no_value,
    says_the_same_twice,
    keeps_places_below_the_file,
    keeps_batches_small,
    survives_an_empty_file,
    shows_where_it_was_cut_off,
    survives_damage,
    stops_at_a_bomb,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A target, and what is known of it: `values` stand in it and must come out, `unread` are paths below it, with
    slashes, that must be listed as not read. `wrong` is the same target with a password that is not let in."""

    url: str = field(repr=False)
    values: tuple[str, ...] = field(repr=False)
    unread: tuple[str, ...] = ()
    password: str | None = field(default=None, repr=False)
    wrong: str | None = field(default=None, repr=False)

    def units(self) -> list[Unit | Skipped]:
        """Everything that is listed below it."""
        return list(read.units(read.target(self.url), Scope(), Limits()))

    def parts(self, limits: Limits | None = None) -> list[Table | Text | Skipped]:
        """Everything that is read of it, units in their order."""
        found: list[Table | Text | Skipped] = []
        for unit in self.units():
            found += [unit] if isinstance(unit, Skipped) else read.parts(unit, limits or Limits())
        return found


def lists_the_same_twice(held: Held) -> None:
    """Units come in a stable order, each place once and below the target."""
    target, units = read.target(held.url), held.units()
    assert units == held.units()
    places = [unit.place for unit in units if isinstance(unit, Unit)]
    assert len(set(places)) == len(places) > 0
    assert all(place.target == target.label for place in places)


def gives_what_stands_in_it(held: Held) -> None:
    """No value is lost."""
    text = "\n".join(texts(held.parts()))
    assert [v for v in held.values if v not in text] == []


def lists_what_it_does_not_read(held: Held) -> None:
    """What cannot be read is listed, and nothing else is."""
    found = [part for part in held.parts() if isinstance(part, Skipped) and part.reason.in_scope]
    assert sorted("/".join(part.place.path) for part in found) == sorted(held.unread)
    assert all(part.message for part in found)


def reads_the_same_twice(held: Held) -> None:
    """Reading again gives the same parts, whatever was read before."""
    assert _plain(held.parts()) == _plain(held.parts())


def keeps_its_batches_small(held: Held) -> None:
    """Batches and blocks keep the limits and add up to the same."""
    small = Limits(batch_rows=3, block_bytes=2_000)
    found = held.parts(small)
    assert all(part.batch.num_rows <= small.batch_rows for part in found if isinstance(part, Table))
    assert all(len(part.data) <= small.block_bytes for part in found if isinstance(part, Text))
    assert _content(found) == _content(held.parts())


def goes_to_a_worker(held: Held) -> None:
    """A unit is read the same after it was sent to another process."""
    for unit in held.units():
        if isinstance(unit, Unit):
            again = pickle.loads(pickle.dumps(unit))
            assert _plain(list(read.parts(again, Limits()))) == _plain(list(read.parts(unit, Limits())))


def shows_no_password(held: Held) -> None:
    """Neither places nor units nor messages hold the password; a wrong one is told as such, once, and not shown."""
    target = read.target(held.url)
    shown = [target.label, repr(target), *map(repr, held.units()), *(repr(part.place) for part in held.parts())]
    shown += [part.message for part in held.parts() if isinstance(part, Skipped)]
    if held.password is not None:
        assert not any(held.password in text for text in shown)
    if held.wrong is not None:
        refusal = _refusal(held.wrong)
        assert refusal is not None
        assert refusal.reason == Reason.LOGIN_FAILED
        assert (urlsplit(held.wrong).password or "") not in f"{refusal} {refusal.__cause__!r}"


def _refusal(url: str) -> TargetError | None:
    try:
        list(read.units(read.target(url), Scope(), Limits()))
    except TargetError as error:
        return error
    return None


SOURCE_CHECKS: tuple[Callable[[Held], None], ...] = (
    lists_the_same_twice,
    gives_what_stands_in_it,
    lists_what_it_does_not_read,
    reads_the_same_twice,
    keeps_its_batches_small,
    goes_to_a_worker,
    shows_no_password,
)


def memory_growth(plugin: Format, file: File, limits: Limits | None = None) -> int:
    """By how many bytes this process grew, at most, while the file was read; of two readings the lower figure, because
    memory that an allocator gave back before the first one looks like growth. Linux."""
    return min(_growth(plugin, file, limits or Limits()) for _ in range(2))


def _growth(plugin: Format, file: File, limits: Limits) -> int:
    before = _status("VmRSS")
    with open("/proc/self/clear_refs", "w", encoding="ascii") as reset:
        reset.write("5")  # forget the highest value so far
    for _ in read.read_as(plugin, file, limits):
        pass
    return _status("VmHWM") - before


def _status(name: str) -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(f"{name}:"))


def _quiet(found: list[Table | Text | Skipped], sample: Sample) -> None:
    for part in found:
        if isinstance(part, Skipped):
            assert not any(v in part.message for v in sample.values)


def _plain(found: list[Table | Text | Skipped]) -> list[Any]:
    """The parts with their data, to compare."""
    return [(p, p.batch.to_pylist()) if isinstance(p, Table) else p for p in found]


def _content(found: list[Table | Text | Skipped]) -> dict[Place, list[Any]]:
    """Rows and texts by place, however they were cut into batches and blocks."""
    content: dict[Place, list[Any]] = {}
    for part in found:
        held = content.setdefault(part.place, [])
        if isinstance(part, Table):
            held += ([v for v in row.values() if v is not None] for row in part.batch.to_pylist())
        elif isinstance(part, Text):
            held += part.data[part.overlap :].decode("utf-8")
    return content
