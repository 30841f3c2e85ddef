"""One frozen `Settings`, built once: defaults < privacyscan.toml < environment < flags.

No other module reads the environment or a settings file. Unknown keys are errors.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.model import Limits, Sample

FILE_NAME = "privacyscan.toml"
PREFIX = "PRIVACYSCAN_"
REPORT_FOLDER = Path("privacyscan-report")
DEFAULTS = Limits()
Level = Literal["low", "medium", "high", "critical"]  # of risk, rising
LEVELS: tuple[Level, ...] = get_args(Level)
MOST_WORKERS = 256
# GNU coreutils, "Block size": K and KiB are 1024, KB is 1000.
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]?)(B|iB)?", re.IGNORECASE)
_SAMPLE = re.compile(r"(?=[0-9]+%?$|[0-9.]+%$)([0-9]+(?:\.[0-9]+)?)(%?)")
_SWITCHES = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
# What a setting takes: a value, and whether all is text where it was written (the environment), to the setting. It
# raises ValueError, which says what is expected. By hand, because pydantic takes a fifth of a second to import.
Kind = Callable[[Any, bool], Any]


def _path(value: Any, text: bool) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError("should be a path")
    return Path(value)


def _text(value: Any, text: bool) -> str:
    if not isinstance(value, str):
        raise ValueError("should be a valid string")
    return value


def _switch(value: Any, text: bool) -> bool:
    value = _SWITCHES.get(value.lower()) if text and isinstance(value, str) else value
    if not isinstance(value, bool):
        raise ValueError("should be a valid boolean")
    return value


def _whole(value: Any, text: bool) -> int:
    value = int(value) if text and isinstance(value, str) and re.fullmatch("[+-]?[0-9]+", value.strip()) else value
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("should be a valid integer")
    return value


def _count(value: Any, text: bool) -> int:
    number = _whole(value, text)
    if number < 1:
        raise ValueError("should be greater than or equal to 1")
    return number


def _workers(value: Any, text: bool) -> int:
    number = _count(value, text)
    if number > MOST_WORKERS:
        raise ValueError(f"should be less than or equal to {MOST_WORKERS}")
    return number


def _seconds(value: Any, text: bool) -> float:
    try:
        number = float(value) if text or not isinstance(value, str | bool) else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None:
        raise ValueError("should be a valid number")
    if not number > 0:
        raise ValueError("should be greater than 0")
    return number


def _factor(value: Any, text: bool) -> float:
    number = _seconds(value, text)
    if not 1 <= number < float("inf"):
        raise ValueError("should be a number from 1 on")
    return number


def _years(value: Any, text: bool) -> float:
    number = _seconds(value, text)
    if not 0 < number < 1000:
        raise ValueError("should be a number of years")
    return number


def _size(value: Any, text: bool) -> int:
    """Bytes, from a number or a text such as 10MB, 2G or 512KiB."""
    if isinstance(value, str):
        match = _SIZE.fullmatch(value.strip())
        if match is None:
            raise ValueError("should be a size such as 10MB, 2G or 500000")
        number, unit, ending = match.groups()
        base = 1000 if (ending or "").upper() == "B" else 1024
        value = int(float(number) * base ** " KMGT".index(unit.upper() or " "))
    if _whole(value, text) <= 0:
        raise ValueError("should be greater than 0")
    return int(value)


def _sample(value: Any, text: bool) -> str:
    shown = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = _SAMPLE.fullmatch(shown) if isinstance(shown, str) else None
    if match is None or not 0 < float(match[1]) <= (100 if match[2] else float("inf")):
        raise ValueError("should be a number of rows such as 10000, or a share such as 5%")
    return match[0]


def _one_of(*names: str) -> Kind:
    def kind(value: Any, text: bool) -> str:
        if not isinstance(value, str) or value not in names:
            shown = [f"'{name}'" for name in names]
            raise ValueError(f"should be {', '.join(shown[:-1])} or {shown[-1]}")
        return value

    return kind


def _history(value: Any, text: bool) -> str:
    if not isinstance(value, str) or (value != "off" and "://" not in value):
        raise ValueError("should be off, or a URL such as sqlite:////srv/history.sqlite or postgresql://user@host/db")
    return value


def _several(kind: Kind) -> Kind:
    """A list; in the environment its parts are separated by commas."""

    def several(value: Any, text: bool) -> tuple[Any, ...]:
        if text and isinstance(value, str):
            value = [part for part in value.split(",") if part]
        if not isinstance(value, list | tuple):
            raise ValueError("should be a valid list")
        return tuple(kind(part, text) for part in value)

    return several


def _names(value: Any, text: bool) -> tuple[str, ...]:
    """A list of names; one text may hold several, separated by commas."""
    parts = _several(_text)([value] if isinstance(value, str) else value, False)
    names = [name.strip() for part in parts for name in part.split(",") if name.strip()]
    if not names:
        raise ValueError("should name at least one")
    return tuple(dict.fromkeys(names))


def _or_none(kind: Kind) -> Kind:
    return lambda value, text: None if value is None else kind(value, text)


def _state_folder(environ: Mapping[str, str]) -> Path:
    """The folder for history and key, by the XDG base directory specification."""
    base = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local" / "state")
    return Path(base) / "privacyscan"


@dataclass(frozen=True)
class Scope:
    """What of a target is in scope. Globs match the path below the target, with `/` between its parts."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_file: bool = True  # whether a `.privacyscanignore` leaves files out
    follow_symlinks: bool = False
    changed_since: str = ""  # a commit of git: files that are as it has them are left out
    state: Path | None = None  # our own folder of state, which is left out where a target holds it


@dataclass(frozen=True)
class Settings:
    """All settings of a scan. Sizes in bytes, times in seconds. A value of the wrong kind raises ConfigurationError."""

    output: Path = REPORT_FOLDER  # "-": the one report to stdout, nothing to disk
    format: tuple[str, ...] = ("html", "json")
    lang: Literal["id", "en"] = "id"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_file: bool = True
    follow_symlinks: bool = False
    changed_since: str | None = None
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    names: Literal["auto", "on", "off"] = "auto"
    locations: Literal["none", "first", "all"] = "first"
    reidentification: Literal["auto", "off"] = "auto"
    fail_on: Level | Literal["new"] | None = None
    baseline: Path | None = None  # findings that are known
    baseline_growth: float | None = None  # a known finding is new when it has more than so many times its matches
    suppressions: Path | None = None  # findings that somebody has judged
    policy: Path | None = None  # limits that the scan must keep
    regulation: tuple[str, ...] = ("uu-pdp",)  # the first is whose articles findings name
    retention_years: float | None = None  # after which files that nobody wrote to since are told as too old
    engine: Literal["fast", "reference"] = "fast"
    rules: tuple[Path, ...] = ()
    max_file_size: int = DEFAULTS.max_file_size
    timeout: float | None = None  # for the whole scan
    timeout_per_file: float = DEFAULTS.timeout_per_file
    statement_timeout: float = DEFAULTS.statement_timeout
    connect_timeout: float = DEFAULTS.connect_timeout
    max_rate: int | None = None  # rows a second of all databases together
    sample: str | None = None  # rows of each table of a database, or a share such as "5%"
    known: Path | None = None  # a list of known persons, and its key
    known_key: Path | None = None
    sign_key: Path | None = None  # signs the manifest of the reports
    history: str | None = None  # "off", or a URL; None: a file in the state folder
    history_keep: int | None = None  # runs of the same targets; None: all
    history_key: Path | None = None  # encrypts the runs that are kept
    history_password_env: str | None = None
    history_password_file: Path | None = None
    metrics: Path | None = None  # figures for Prometheus
    notify_mail_to: tuple[str, ...] = ()  # who is told by mail that a scan has ended
    notify_mail_from: str | None = None
    notify_smtp: str | None = None  # host:port
    notify_smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    notify_smtp_user: str | None = None
    notify_smtp_password_env: str | None = None
    notify_webhook: str | None = field(default=None, repr=False)  # the address may be what lets in
    notify_paths: bool = False  # whether notices may tell targets and the report folder
    quiet: bool = False
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["error", "warning", "info", "debug"] = "info"
    state: Path = field(default_factory=lambda: _state_folder(os.environ))

    def __post_init__(self) -> None:
        for name, value in _checked(vars(self), lambda key: key).items():
            object.__setattr__(self, name, value)

    def as_json(self) -> dict[str, Any]:
        """All settings as JSON has them, without a password, and without those of notices: whom they reach and how is
        nobody's business who reads a report."""
        shown = {**vars(self), "history": self.history and without_password(self.history)}
        return {name: _plain(value) for name, value in shown.items() if not name.startswith("notify_")}

    @property
    def scope(self) -> Scope:
        """The part of the settings that says what to read."""
        since = self.changed_since or ""
        return Scope(self.include, self.exclude, self.ignore_file, self.follow_symlinks, since, self.state)

    @property
    def limits(self) -> Limits:
        """The bounds of reading; those without a setting keep their defaults."""
        return Limits(
            max_file_size=self.max_file_size,
            timeout_per_file=self.timeout_per_file,
            statement_timeout=self.statement_timeout,
            connect_timeout=self.connect_timeout,
            sample=None if self.sample is None else _as_sample(self.sample),
        )


NAMES = tuple(f.name for f in fields(Settings))
KINDS: Mapping[str, Kind] = {
    "output": _path,
    "format": _several(_text),
    "lang": _one_of("id", "en"),
    "include": _several(_text),
    "exclude": _several(_text),
    "ignore_file": _switch,
    "follow_symlinks": _switch,
    "changed_since": _or_none(_text),
    "workers": _workers,
    "names": _one_of("auto", "on", "off"),
    "locations": _one_of("none", "first", "all"),
    "reidentification": _one_of("auto", "off"),
    "fail_on": _or_none(_one_of(*LEVELS, "new")),
    "baseline": _or_none(_path),
    "baseline_growth": _or_none(_factor),
    "suppressions": _or_none(_path),
    "policy": _or_none(_path),
    "regulation": _names,
    "retention_years": _or_none(_years),
    "engine": _one_of("fast", "reference"),
    "rules": _several(_path),
    "max_file_size": _size,
    "timeout": _or_none(_seconds),
    "timeout_per_file": _seconds,
    "statement_timeout": _seconds,
    "connect_timeout": _seconds,
    "max_rate": _or_none(_count),
    "sample": _or_none(_sample),
    "known": _or_none(_path),
    "known_key": _or_none(_path),
    "sign_key": _or_none(_path),
    "history": _or_none(_history),
    "history_keep": _or_none(_count),
    "history_key": _or_none(_path),
    "history_password_env": _or_none(_text),
    "history_password_file": _or_none(_path),
    "metrics": _or_none(_path),
    "notify_mail_to": _several(_text),
    "notify_mail_from": _or_none(_text),
    "notify_smtp": _or_none(_text),
    "notify_smtp_security": _one_of("starttls", "tls", "none"),
    "notify_smtp_user": _or_none(_text),
    "notify_smtp_password_env": _or_none(_text),
    "notify_webhook": _or_none(_text),
    "notify_paths": _switch,
    "quiet": _switch,
    "log_format": _one_of("text", "json"),
    "log_level": _one_of("error", "warning", "info", "debug"),
    "state": _path,
}


def sample_of(text: str, option: str) -> Sample:
    """The rows that an option asks for. Raises ConfigurationError."""
    try:
        return _as_sample(_sample(text, True))
    except ValueError as error:
        raise ConfigurationError(f"{option}: {error}") from None


def _as_sample(text: str) -> Sample:
    return Sample(share=float(text[:-1]) / 100) if text.endswith("%") else Sample(rows=int(text))


def find_file(start: Path) -> Path | None:
    """The `privacyscan.toml` in `start` or the nearest folder above it; None when there is none."""
    return next((p for d in (start, *start.parents) if (p := d / FILE_NAME).is_file()), None)


def load(flags: Mapping[str, Any], *, config: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. `flags` holds only what the user gave; None values count as not given.

    Raises ConfigurationError naming the file, variable or option, the key, and what is expected.
    """
    environ = os.environ if environ is None else environ
    file = config if config is not None else find_file(Path.cwd())
    given = {k: v for k, v in flags.items() if v is not None}
    return Settings(
        **{"state": _state_folder(environ)}
        | (_from_file(file) if file else {})
        | _from_environment(environ)
        | _checked(given, lambda key: f"--{key.replace('_', '-')}")
    )


def without_password(url: str) -> str:
    """The URL as it may be printed. A query of HTTP is left out: it may be what lets in."""
    url = without_password_of_user(url)
    url = re.sub(r"^(https?://[^?#]*)[?#].*", r"\1", url, flags=re.IGNORECASE)
    return re.sub(r"([?&][^=&]*pass[^=&]*=)[^&#]*", r"\1***", url, flags=re.IGNORECASE)


def without_password_of_user(url: str) -> str:
    """The URL with its user alone."""
    return re.sub(r"(://[^/?#@:]*):.*@", r"\1@", url) if "@" in url else url


def password(variable: str | None, file: Path | None, environ: Mapping[str, str] | None = None) -> str | None:
    """The password that stands in the variable or on the first line of the file; None when neither is named.

    Raises UsageError for both at once, and for one that is not there or empty.
    """
    if variable is not None and file is not None:
        raise UsageError("--password-env and --password-file: give one of the two")
    if variable is not None:
        found = (os.environ if environ is None else environ).get(variable)
        if not found:
            raise UsageError(f"--password-env {variable}: the environment has no such variable, or it is empty; set it")
        return found
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"--password-file {file}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise UsageError(f"--password-file {file}: is not UTF-8; save it as UTF-8") from None
    if not lines or not lines[0]:
        raise UsageError(f"--password-file {file}: the first line is empty; write the password there")
    return lines[0]


def _from_file(file: Path) -> dict[str, Any]:
    """The settings of a file. Paths in it are relative to its folder."""
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror}); check --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is not valid TOML: {error}") from None
    notify = values.pop("notify", {})
    if isinstance(notify, dict):  # [notify] mail-to is the setting notify-mail-to
        values |= {f"notify-{key}": value for key, value in notify.items()}
    named = {key.replace("-", "_"): value for key, value in values.items()}
    found = _checked(named, lambda key: f"{file}: {key.replace('_', '-')}")
    for key in {key for key, value in found.items() if isinstance(value, Path)}:
        found[key] = file.parent / found[key]
    if "rules" in found:
        found["rules"] = tuple(file.parent / p for p in found["rules"])
    return found


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """`PRIVACYSCAN_WORKERS=2` and so on; lists are separated by commas. Other PRIVACYSCAN_ names are left
    alone: they may hold the passwords that --password-env points at."""
    texts = {name: environ[v] for name in NAMES if (v := PREFIX + name.upper()) in environ}
    return _checked(texts, lambda key: PREFIX + key.upper(), text=True)


def _checked(values: Mapping[str, Any], shown: Callable[[str], str], text: bool = False) -> dict[str, Any]:
    """The values as the settings hold them; all mistakes at once, under the names that `shown` gives the keys."""
    found: dict[str, Any] = {}
    mistakes: list[str] = []
    for key, value in values.items():
        kind = KINDS.get(key)
        if kind is None:
            known = ", ".join(sorted(name.replace("_", "-") for name in NAMES))
            mistakes.append(f"{shown(key)}: unknown setting; known are {known}")
            continue
        try:
            found[key] = kind(value, text)
        except ValueError as error:
            mistakes.append(f"{shown(key)}: {error}")
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value
