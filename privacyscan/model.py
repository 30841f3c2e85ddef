"""The nouns every part of privacyscan speaks in: frozen, without I/O.

Values (the cells and texts that were read) live in `Table`, `Text` and inside `privacyscan.detect`;
from `Finding` on there is no field that could hold one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:  # pyarrow costs 0.1 s to import; the nouns must stay cheap
    import pyarrow as pa


ROWS_APART = 499 * 10**12  # more than any piece has rows; a multiple of what `detect/agreement.py` counts by


class Reason(StrEnum):
    """Why something in scope was not read; each has a sentence in reports/text/."""

    UNKNOWN_FORMAT = "unknown_format"
    DAMAGED = "damaged"  # cut off, corrupt, not what it claims to be
    ENCRYPTED = "encrypted"
    DENIED = "denied"  # no permission
    ELSEWHERE = "elsewhere"  # only a pointer to it is here
    VANISHED = "vanished"  # was listed, then deleted during the scan
    CHANGED = "changed"  # was written to during the scan: what was read may be neither the old nor the new
    TOO_LARGE = "too_large"  # over --max-file-size
    BOMB = "bomb"  # an archive that unpacks to more than the limits
    NESTED_TOO_DEEP = "nested_too_deep"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"  # the worker process died on it
    UNREACHABLE = "unreachable"  # host, network
    LOGIN_FAILED = "login_failed"
    MISSING_EXTRA = "missing_extra"
    INTERRUPTED = "interrupted"  # Ctrl-C
    EXCLUDED = "excluded"  # by --exclude or an ignore file: listed, but in nobody's scope, so not incomplete
    IGNORE_FILE = "ignore_file"  # read, and it leaves out others
    LINK = "link"  # a symbolic link out of the target: listed, not followed
    EMPTY_TARGET = "empty_target"
    UNSUPPORTED_TYPE = "unsupported_type"  # a column of a type that is not read: binary data
    NEEDS_OCR = "needs_ocr"  # a picture of text: its words would have to be recognised
    SAMPLED = "sampled"  # by --sample: rows of a table that were left out by chance
    ILLEGIBLE = "illegible"  # a picture of text that was recognised in part only
    NAMES = "names"  # read, but person names were not looked for: --names off, or only in the first part of a text
    NAMES_LIMIT = "names_limit"  # the same where no name was found in the first part: "none" would be a guess
    ERROR = "error"

    @property
    def in_scope(self) -> bool:
        """Whether it should have been read; what it leads to or was left out on purpose makes no scan incomplete."""
        return self not in (Reason.EXCLUDED, Reason.IGNORE_FILE, Reason.LINK, Reason.NAMES)


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where something lies: `target` (printed form, never a password) and the path below it.

    `path` holds schema and table, or folders, file, archive members, sheet. `column` is set for a
    column of a table, None for a text or for the asset itself. `row` is 0-based: the row of a table or
    the line of a text; None where it has no meaning.
    """

    target: str
    path: tuple[str, ...] = ()
    column: str | None = None
    row: int | None = None

    def child(self, *names: str) -> Place:
        """The place `names` further down (a member, a sheet)."""
        return Place(self.target, self.path + names)

    def at(self, column: str | None = None, row: int | None = None) -> Place:
        """The same place with another column and row."""
        return replace(self, column=column, row=row)

    @property
    def name(self) -> str:
        """The last of its names; of a target the last part of its path, without the query of a URL."""
        if self.path:
            return self.path[-1]
        whole = self.target.partition("?")[0] if "://" in self.target else self.target
        return whole.rstrip("/").rsplit("/", 1)[-1]

    @property
    def asset(self) -> Place:
        """The same place without column and row."""
        return Place(self.target, self.path)

    def __str__(self) -> str:
        text = "/".join((self.target.rstrip("/"), *self.path)) if self.path else self.target
        if self.column is not None:
            text += f"[{self.column}]"
        return text if self.row is None else f"{text}:{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a table stands on a sheet of a spreadsheet: its columns, which begin with the sheet's column `first` (0 is
    A), and `lines`: rows of the table, each with the line of the sheet (from 0 on) in which it stands. Those between
    follow one another; where the line is None nobody has counted from this row on."""

    names: tuple[str, ...]
    first: int
    lines: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of a table, as an Arrow record batch; a table arrives as one `Table` or more, in order.

    `first_row` is the 0-based number of the batch's first row in the table. `total` is the number of
    rows the whole table holds where the source knows it, else None. `again`: further values of rows that came before,
    from cells that hold lists. `cell`: what is found in it is told of this column and row of a table, in one of whose
    cells it stands. `comments` are those that its database has for columns. `sheet`: where the rows up to the last of
    this batch stand in a spreadsheet.
    """

    place: Place
    batch: pa.RecordBatch = field(repr=False)
    first_row: int = 0
    total: int | None = None
    again: bool = False
    cell: Place | None = None
    comments: Mapping[str, str] = field(default_factory=dict)
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A block of UTF-8 bytes that ends at a line end wherever the text has one.

    `first_line` is the 0-based line of the block's first byte, `first_char` its 0-based character
    offset in the decoded text. A line longer than the reader's window arrives as several blocks;
    `overlap` says how many leading bytes repeat the end of the block before (0 otherwise). `cell` is as in `Table`.
    `pages` are the first lines of the pages that begin in it, for documents that have pages.
    """

    place: Place
    data: bytes = field(repr=False)
    first_line: int = 0
    first_char: int = 0
    overlap: int = 0
    cell: Place | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a large unit that can be read by itself: from `start` up to `end` (None: to the end), in bytes of a
    file or pages of a table. Its rows are numbered from `first_row` on until the pieces before it are counted."""

    number: int
    start: int
    end: int | None = None

    @property
    def first_row(self) -> int:
        return self.number * ROWS_APART


@dataclass(frozen=True, slots=True)
class File:
    """A file or archive member: its place, how to open it, and its size in bytes (None: not known).

    `open()` gives a new binary stream each time, seekable. `path` is the local path where there is
    one, for libraries that want it. `piece` is what to read of it, None for all; only formats that cut files get one.
    `cell` is the column and row of the table in one of whose cells it stands; None: it is no cell. `exposures` are
    those that its source sees once it is open.
    """

    place: Place
    open: Callable[[], BinaryIO] = field(repr=False)
    size: int | None = None
    path: str | None = None
    piece: Piece | None = None
    cell: Place | None = None
    exposures: Callable[[], Sequence[Evidence]] = field(default=tuple, repr=False)

    @property
    def name(self) -> str:
        """The last part of its path, without folders."""
        return self.place.name


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in scope that was not read, or not to its end. A value that reaches the report."""

    place: Place
    reason: Reason
    message: str = ""  # one sentence, in English, without values; the report adds the reason's own sentence
    stage: str = "read"  # list | open | read | detect
    cells: int = 0  # of how many it speaks, where it speaks of cells


Part = Table | Text | File | Skipped


@dataclass(frozen=True, slots=True)
class Target:
    """What the user pointed at. `url` may carry a password (never printed); `label` is the printed form."""

    url: str = field(repr=False)
    label: str

    @property
    def place(self) -> Place:
        """The place that everything in it lies below."""
        return Place(self.label)


@dataclass(frozen=True, slots=True)
class Access:
    """What a source knows of who may reach a unit, and since when; None and empty: it does not tell.

    `mode` holds permission bits, `modified` is in seconds since 1970. `flags` are ways in that modes do not show, such
    as "guest", "anonymous" or "git_history".
    """

    mode: int | None = None
    owner: str | None = None
    group: str | None = None
    modified: float | None = None
    flags: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work one worker reads alone: a file, a table, or a `piece` of one. Picklable.

    `locator` is the source's own, opaque way to find it again. `size` is in bytes (files) or rows
    (tables), None where unknown.
    """

    source: str
    target: Target
    place: Place
    kind: str  # table | file
    locator: Mapping[str, Any] = field(default_factory=dict, repr=False)
    size: int | None = None
    piece: Piece | None = None
    access: Access | None = None  # None: the source knows nothing of it


@dataclass(frozen=True, slots=True)
class Sample:
    """How much to read of each table: about so many rows where `rows` is given, else a share of them."""

    rows: int = 0
    share: float = 1.0

    def share_of(self, total: int) -> float:
        """The share of so many rows, 1 for all of them."""
        return self.rows / total if 0 < self.rows < total else 1.0 if self.rows else self.share


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds that reading keeps. Sizes in bytes, times in seconds."""

    max_file_size: int = 20 << 30
    max_unpacked: int = 10 << 30  # all members of one archive together
    max_ratio: int = 200  # unpacked / packed, judged once 50 MB are unpacked
    max_depth: int = 5  # archives in archives
    max_members: int = 100_000
    timeout_per_file: float = 600.0
    memory: int = 4 << 30  # address space of a worker that parses binary formats, above its start
    statement_timeout: float = 300.0
    connect_timeout: float = 10.0
    batch_rows: int = 10_000
    block_bytes: int = 1 << 20
    cell_bytes: int = 16 << 20  # of a file in a cell, or in base64 in a text, that is read; 0: none is
    piece_bytes: int = 8 << 20  # of a file or table that is read in pieces, at most
    sample: Sample | None = None  # of tables of databases; None: they are read whole
    pictures: bool = True  # whether the words of pictures are recognised

    def pieces(self, size: int) -> tuple[int, int]:
        """Bytes of the first piece of a file or table of so many bytes, and of each other. The first is small, because
        it is read before the others; those are alike, so that workers end together."""
        first = self.piece_bytes // 4
        return first, -(-(size - first) // max(1, -(-(size - first) // self.piece_bytes)))

    def seconds(self, size: int) -> float:
        """How long so many bytes may take that are read as one, where each piece may take `timeout_per_file`."""
        return self.timeout_per_file * max(1.0, size / self.piece_bytes)


@dataclass(frozen=True, slots=True)
class CheckCall:
    """A check of `privacyscan/checks/` with its parameters, under the name its rule gives it."""

    name: str
    check: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Twin:
    """The kind of stand-in that serves an identifier (`privacyscan/twins/`), with its parameters."""

    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape of an identifier. `regex` is complete (borders included), ASCII, meant alike by every engine.

    `scope` is "anywhere" (texts and inside cells), "cell" (only a whole cell of a column), "text" (no cell at all) or
    "sentence" (only in a sentence of a text that is about a person; matched in lower case).
    """

    name: str
    regex: str
    scope: str = "anywhere"
    checks: tuple[CheckCall, ...] = ()
    alone: bool = True  # False: this shape says nothing without context, header or column statistics
    damaged: bool = False  # digits were lost: the rule's checks do not apply, and no value tells a person


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a whole column must show: the share of matched cells for which the evidence `flag` holds lies in
    `least`..`most`. `flag` may also be "distinct": different values / matched cells. `apart`: asked only of a column
    among others of which none identifies persons or speaks of them in its header."""

    flag: str
    least: float = 0.0
    most: float = 1.0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Born:
    """Where a value says when its holder was born.

    `format` is "date" for a written date; else the digits from `at` on, of the letters D M Y, where YYY are the last
    three digits of the year. `woman` is what women add to the day. `length` is how long the number is before leading
    zeros were lost; 0: it loses none.
    """

    format: str
    at: int = 0
    woman: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Derived:
    """An identifier that other values tell: those of the identifiers `sources` whose holder is younger than `under`."""

    sources: tuple[str, ...]
    under: int


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of cells that the column model knows ("person", "address"), and what a header adds to its log-odds: one
    that names the identifier, one of `weak_columns`, one of `not_columns`."""

    kind: str
    named: float
    weakly: float
    against: float


@dataclass(frozen=True, slots=True)
class Shared:
    """A kind of data that several persons share, and that singles them out together with others (a quasi-identifier).

    A column of it counts as such if it has at most this share of different values; so does one under one of the
    headers `columns`, whatever its values show, beside personal data.
    """

    most_distinct: float
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of personal data, as its rule file describes it."""

    id: str
    title: Mapping[str, str]  # language -> text
    meaning: Mapping[str, str]
    sources: tuple[Mapping[str, Any], ...]  # url, says, confirmed
    category: str  # umum | spesifik, Pasal 4 UU 27/2022
    group: str  # identity | contact | financial | health | biography | ...; scoring weighs groups
    person: bool  # one value stands for one person
    patterns: tuple[Pattern, ...]
    normalise: str  # digits | text: what checks are given
    same_prefix: Mapping[str, str]  # start of a value -> how the same value is also written (62812.. is 0812..)
    checks: tuple[CheckCall, ...]  # all must hold
    evidence: tuple[CheckCall, ...]  # soft: counted and shown
    alone: tuple[str, ...] | None  # evidence that must hold to stand without context; None: never stands alone
    chance: float  # share of random values of this shape that pass checks and `alone` evidence
    check_chance: float  # share of random values of this shape that pass the checks; 1: they say nothing of a column
    context: tuple[str, ...]  # lower-case words or phrases before a match
    context_reach: str  # all | first | next: of the next long number alone, or up to the next digit
    touching_context: tuple[str, ...]  # those of `context` that count only where the value follows at once
    not_context: tuple[str, ...]  # words that speak against it (invoice, resi)
    columns: tuple[str, ...]  # lower-case words or phrases of a column's header
    weak_columns: tuple[str, ...]  # of `columns`: say too little alone; the column must also be as `expect` says
    not_columns: tuple[str, ...]
    header_required: bool  # a column is this only under a matching header
    least_share: float  # least share of matched among non-empty cells for a verdict on the column as a whole
    expect: tuple[Expectation, ...]  # column statistics
    rank: int  # settles ties; lower wins
    mask_head: int  # characters a mask may show at the start and at the end
    mask_tail: int
    examples_match: tuple[str, ...]
    examples_no_match: tuple[str, ...]
    content: Content | None = None  # a column is this by what its cells read like; None: by shapes and checks
    part: str = ""  # names: left out by `--names off`; empty: always looked for
    beside: str = ""  # person: a column is this only beside another column that identifies persons
    named_or_beside: bool = False  # without a header it counts beside persons alone, of whom no number says otherwise
    beside_columns: tuple[str, ...] = ()  # of `columns`: count only beside a column that identifies persons
    apart_columns: tuple[str, ...] = ()  # of `columns`: say nothing among other columns of which none is personal
    beside_entity: str = ""  # what that other column must be; empty: any identifier that identifies persons
    shared_by: str = ""  # identifier whose holders share one value: beside a column of it, repetition speaks for this
    born: Born | None = None
    men: tuple[str, ...] = ()  # values that mean a man, and a woman: for a rule that says the sex
    women: tuple[str, ...] = ()
    derived: Derived | None = None  # None: has patterns of its own
    quasi: Shared | None = None  # None: no quasi-identifier
    twin: Twin | None = None  # None: a fact or a secret, for which nothing stands in
    file: str = ""

    @property
    def identifies(self) -> bool:
        """Whether a column of it says that the rows of its table are of persons. Not so for telephones, mail addresses
        and tax numbers: offices and firms have them too."""
        return self.group == "identity" or (self.person and self.group == "health") or self.part == "names"

    @property
    def counts_persons(self) -> bool:
        """Whether its different values (of persons, households, names) say how many persons there are at least."""
        return self.person or self.group == "identity" or self.part == "names"


@dataclass(frozen=True, slots=True)
class Condition:
    """What findings must show for an article or weight to apply; all that is given must hold, empty: any.

    `exposure` names codes of which the asset shows one. `min_persons` is the number of persons concerned,
    `min_assets` the number of assets that hold the same kind of data. `min_copied` is the share of the asset's persons
    that are in another too, tables of one database aside. `past_retention`: the file was written to last before the
    retention that the settings name. `because` says it in words.
    """

    categories: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    person: bool | None = None  # None: does not matter
    exposure: tuple[str, ...] = ()
    min_persons: int = 0
    min_assets: int = 0
    min_copied: float = 0.0
    past_retention: bool = False
    because: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a regulation: whom it binds, which findings touch it, and what a scan can say of it."""

    article: str  # number and paragraph, e.g. "34 (1)"
    title: Mapping[str, str]  # language -> text
    text: Mapping[str, str]  # what it asks, in our words
    advice: Mapping[str, str]
    addressee: str
    deadline: str  # empty: none
    duty: bool  # False: a definition that findings touch, such as the classes of data
    triggers: tuple[Condition, ...]  # one that holds is enough
    statuses: tuple[tuple[str, Condition], ...]  # the first that holds; none: needs_evidence
    source: str
    confirmed: bool  # False: nobody of us has read the text; the report says so


@dataclass(frozen=True, slots=True)
class Regulation:
    """A law as its rule file describes it."""

    id: str
    title: Mapping[str, str]
    notice: Mapping[str, str]  # what every report must say about its duties
    articles: tuple[Article, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """The share of a factor's points, 0-1, that data or an asset of some sort gets."""

    share: float
    when: Condition


@dataclass(frozen=True, slots=True)
class Lacking:
    """A trait (`evidence` of the rule of the identifier `entity`) that each value found in a column must show."""

    entity: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """One way an asset lies open: its share of the factor, and how it shows. What names no way to show is told by a
    source or a format."""

    code: str
    share: float
    title: Mapping[str, str]
    advice: Mapping[str, str] = field(default_factory=dict)  # language -> what to do, in one sentence; empty: nothing
    words: tuple[str, ...] = ()  # whole words of file, folder, table and database names
    suffixes: tuple[str, ...] = ()  # endings of file names
    folders: tuple[str, ...] = ()  # folders that it lies in, at any depth, or one in another: `nginx/html`
    beside: tuple[str, ...] = ()  # files in its folder or one above
    mode: int = 0  # permission bits of which one is set
    owners: tuple[str, ...] = ()  # accounts that it belongs to
    lacking: Lacking | None = None
    copy_in: str = ""  # the exposure of an asset that holds persons of another which has it not


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a leak risk is made of factors, as its rule file describes it. `most` of all factors add up to 100; how
    easily persons are identified, 0-1, multiplies the points of what the data is."""

    id: str
    most: Mapping[str, int]  # factor -> the most points it gives
    sensitivity: tuple[Weight, ...]  # the heaviest that applies counts
    identifiability: tuple[Weight, ...]  # the same; or what was measured, if that is more
    measured_rows: int  # of fewer rows the share that singles out persons says nothing
    kinds: int  # so many kinds of data together give all points
    persons: int  # so many persons give all points, on a logarithmic scale
    exposures: tuple[Exposure, ...]  # the shares of those that show are added, up to 1
    other_exposure: float  # the share of a code that is not listed
    levels: tuple[tuple[str, int], ...]  # level and its least score, rising


class Confidence(StrEnum):
    """The documented tiers, the only confidences there are (docs/design.md)."""

    STRUCTURE = "structure"
    CHECKED = "checked"
    CONTEXT = "context"
    COLUMN = "column"

    @property
    def score(self) -> float:
        """The figure that findings carry."""
        return {"structure": 0.4, "checked": 0.6, "context": 0.85, "column": 0.95}[self.value]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a verdict, a score or a duty: a code with a sentence in reports/text/, and its figures.

    `params` holds counts, shares, names of columns and rules; never a value.
    """

    code: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Location:
    """Where one match lies. Tables: `row` (0-based), in a spreadsheet also the `cell`, such as B7. Texts: `line`,
    characters `start`..`end` in it (0-based, end exclusive) and `offset_start`..`offset_end` from the start of the
    file; `page` of a document, from 1 on."""

    row: int | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None
    offset_start: int | None = None
    offset_end: int | None = None
    page: int | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who judged a finding, and why it does not count until when (ISO 8601 date)."""

    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class UnusedSuppression:
    """A suppression that fits no finding of the scan: `names` is what it speaks of, as it may be shown."""

    names: str
    words: Suppression


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one column or text of one kind: figures, masks and keyed hashes only.

    `matched` of `seen` counts cells (tables) or occurrences and lines (texts). `distinct` estimates the
    number of different values. `fingerprint` is an HMAC of identifier and place without row, so it
    survives edits of the data; `sketch` holds the smallest HMACs of the values (k-minimum values).
    """

    id: str
    place: Place
    entity: str
    category: str  # umum | spesifik (Pasal 4 UU 27/2022)
    matched: int
    seen: int
    distinct: int
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    samples: tuple[str, ...] = ()  # masked
    fingerprint: str = ""
    status: str = "new"  # new | known | suppressed
    suppression: Suppression | None = None  # of one that is suppressed
    locations: tuple[Location, ...] = ()
    sketch: Sequence[int] = field(default=(), repr=False)  # ascending


@dataclass(frozen=True, slots=True)
class Combination:
    """Quasi-identifiers that were looked at together: `columns` as they are shown, and the rows that nobody shares all
    their values with."""

    columns: tuple[str, ...]
    unique: int


@dataclass(frozen=True, slots=True)
class Reidentification:
    """How far the rows of a table single out persons by quasi-identifiers alone (Sweeney 2002; l-diversity:
    Machanavajjhala et al. 2007). Rows that agree in all `columns` are a class.

    Figures are over all `rows` that were read; they are 0 where it was not computed, and `reason` says why.
    """

    columns: tuple[str, ...]  # the quasi-identifiers, as they are shown
    entities: tuple[str, ...]  # what each of them is
    rows: int = 0
    classes: int = 0
    smallest: int = 0  # k: rows of the smallest class
    unique: int = 0  # rows alone in their class
    small: int = 0  # rows in classes of fewer than five
    worst: tuple[Combination, ...] = ()  # of two or three columns, those that single out most rows first
    diversity: Mapping[str, int] = field(default_factory=dict)  # sensitive column -> least different values in a class
    reason: str = ""  # a code; empty: computed

    @property
    def unique_share(self) -> float | None:
        """The share of rows that are alone in their class; None where it was not computed."""
        return self.unique / self.rows if self.rows and not self.reason else None


@dataclass(frozen=True, slots=True)
class Asset:
    """A table, file or archive member that was read. `rows` counts rows or lines, `total` what there is."""

    id: str
    place: Place
    kind: str  # table | file | member
    rows: int
    cells: int
    bytes: int
    columns: tuple[str, ...] = ()
    mode: str = "full"  # full | sample
    total: int | None = None
    complete: bool = True
    exposure: tuple[Evidence, ...] = ()
    known: int | None = None  # persons of the list of known persons that were found in it; None: no list was given
    access: Access | None = None  # of the file or table that it lies in
    reidentification: Reidentification | None = None  # None: nothing in it says who somebody is without a number


@dataclass(frozen=True, slots=True)
class Versions:
    """What made the scan: tool, rulebook name, version and SHA-256 over its files."""

    tool: str
    rulebook: str
    rulebook_version: str
    rulebook_sha256: str


@dataclass(frozen=True, slots=True)
class KnownPersons:
    """How many persons of a list of known persons were found in all assets together, counted exactly."""

    found: int
    persons: int  # in the list


@dataclass(frozen=True, slots=True)
class LocationsFile:
    """The file beside the report that holds every place of every finding, and how many places those are."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that a scan learned. The one thing that is saved."""

    id: str
    started: str  # ISO 8601, UTC
    finished: str
    status: str  # complete | incomplete | interrupted
    targets: tuple[str, ...]
    assets: tuple[Asset, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    versions: Versions
    settings: Mapping[str, Any]
    seconds: float
    persons: int = 0  # distinct persons over all assets, estimated from the sketches
    persons_by_asset: Mapping[str, int] = field(default_factory=dict)  # asset id -> estimate
    known: KnownPersons | None = None  # None: no list was given
    locations: LocationsFile | None = None  # None: all places stand in the findings, or were not asked for
    key: str = ""  # tells the keys of installations apart, under which fingerprints are made; empty: not known
    unused_suppressions: tuple[UnusedSuppression, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """One term of a score: what it is, the figure it rests on, the points it gave, and the most it can give; 0 for one
    that gives no points and multiplies those of others."""

    code: str
    value: float
    points: float
    most: float
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Risk:
    """A leak risk 0-100 with its level (low, medium, high, critical); the points of the factors add up to it."""

    score: int
    level: str
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What one article asks, judged by what a scan can show. Never "compliant": an indication for review."""

    regulation: str
    article: str
    title: Mapping[str, str]  # language -> text
    status: str  # met | at_risk | not_met | needs_evidence
    evidence: tuple[str, ...]  # finding ids
    advice: Mapping[str, str]
    text: Mapping[str, str]
    confirmed: bool
    source: str
    addressee: str = ""  # controller | processor | officer | agency
    deadline: str = ""  # as the law writes it, e.g. "3x24"; empty: none
    reasons: tuple[Mapping[str, str], ...] = ()  # why it applies and why this status, language -> text


@dataclass(frozen=True, slots=True)
class Copy:
    """How many of the persons in one asset are in another too, estimated from the sketches of one kind of data:
    `share` of the persons of `asset` (an asset id), between `least` and `most` with 95 % certainty."""

    asset: str
    other: str
    entity: str
    share: float
    least: float
    most: float
    persons: int  # in both


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """An earlier run of the same targets, as a trend shows it."""

    run: str
    started: str  # ISO 8601, UTC
    status: str  # complete | incomplete | interrupted: then its figures are lower bounds
    risk: int
    level: str
    findings: int  # that are not suppressed
    persons: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A limit of the gate that a scan does not keep: `code` has its sentence under `gate:` in reports/text/, `params`
    its figures. `findings` are the ids of those that break it; empty where it speaks of the scan as a whole."""

    code: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """A scan with what it means; the only input of every output."""

    scan: Scan
    regulation: str
    risk: Risk
    asset_risks: Mapping[str, Risk]  # asset id -> risk
    finding_risks: Mapping[str, Risk]  # finding id -> risk
    articles: Mapping[str, tuple[str, ...]]  # finding id -> articles it touches
    duties: tuple[Duty, ...]
    language: str = "id"
    target_risks: Mapping[str, Risk] = field(default_factory=dict)  # target -> risk; empty: not known
    copies: tuple[Copy, ...] = ()  # the largest shares first
    trend: tuple[TrendPoint, ...] = ()  # the oldest first; empty: no history
    regulations: tuple[str, ...] = ()  # all that were judged, `regulation` first; empty: not known
    failures: tuple[Failure, ...] | None = None  # limits of the gate that are not kept; None: none was set
    scan_sha256: str = ""  # of the scan.json that holds this; empty: there is none yet
