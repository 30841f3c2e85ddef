"""One frozen `Settings`, built once: defaults < privacyscan.toml < environment < flags.

No other module reads the environment or a settings file. Unknown keys are errors.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.model import Limits

FILE_NAME = "privacyscan.toml"
PREFIX = "PRIVACYSCAN_"
DEFAULTS = Limits()
Level = Literal["low", "medium", "high", "critical"]  # of risk, rising
LEVELS: tuple[Level, ...] = get_args(Level)
# GNU coreutils, "Block size": K and KiB are 1024, KB is 1000.
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]?)(B|iB)?", re.IGNORECASE)


def _size(value: Any) -> Any:
    """Bytes, from a number or a text such as 10MB, 2G or 512KiB."""
    if not isinstance(value, str):
        return value
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError("should be a size such as 10MB, 2G or 500000")
    number, unit, ending = match.groups()
    base = 1000 if (ending or "").upper() == "B" else 1024
    return int(float(number) * base ** " KMGT".index(unit.upper() or " "))


def _needs_no_baseline(value: Any) -> Any:
    if value == "new":
        raise ValueError(
            f"'new' compares with a baseline, which this version does not take yet; use {' or '.join(LEVELS)}"
        )
    return value


def _state_folder(environ: Mapping[str, str]) -> Path:
    """The folder for history and key, by the XDG base directory specification."""
    base = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local" / "state")
    return Path(base) / "privacyscan"


class Scope(BaseModel):
    """What of a target is in scope. Globs match the path below the target, with `/` between its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Settings(BaseModel):
    """All settings of a scan. Sizes in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    output: Path = Path("privacyscan-report")  # "-": the one report to stdout, nothing to disk
    format: tuple[str, ...] = ("html", "json")
    lang: Literal["id", "en"] = "id"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    workers: int = Field(default_factory=lambda: len(os.sched_getaffinity(0)), ge=1, le=256)
    names: Literal["auto", "on", "off"] = "auto"
    locations: Literal["none", "first", "all"] = "first"
    fail_on: Annotated[Level | None, BeforeValidator(_needs_no_baseline)] = None
    regulation: str = "uu-pdp"
    engine: Literal["fast", "reference"] = "fast"
    rules: tuple[Path, ...] = ()
    max_file_size: Annotated[int, BeforeValidator(_size), Field(gt=0)] = DEFAULTS.max_file_size
    timeout_per_file: float = Field(default=DEFAULTS.timeout_per_file, gt=0)
    statement_timeout: float = Field(default=DEFAULTS.statement_timeout, gt=0)
    connect_timeout: float = Field(default=DEFAULTS.connect_timeout, gt=0)
    known: Path | None = None  # a list of known persons, and its key
    known_key: Path | None = None
    quiet: bool = False
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["error", "warning", "info", "debug"] = "info"
    state: Path = Field(default_factory=lambda: _state_folder(os.environ))

    @property
    def scope(self) -> Scope:
        """The part of the settings that says what to read."""
        return Scope(include=self.include, exclude=self.exclude)

    @property
    def limits(self) -> Limits:
        """The bounds of reading; those without a setting keep their defaults."""
        return Limits(
            max_file_size=self.max_file_size,
            timeout_per_file=self.timeout_per_file,
            statement_timeout=self.statement_timeout,
            connect_timeout=self.connect_timeout,
        )


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
        | _checked(lambda: Settings(**given), lambda key: f"--{key.replace('_', '-')}")
    )


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
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror}); check --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is not valid TOML: {error}") from None
    # As JSON, because the strict model then takes lists for tuples, texts for paths and 5 for 5.0, and no more.
    text = json.dumps({k.replace("-", "_"): v for k, v in values.items()}, default=str)
    found = _checked(lambda: Settings.model_validate_json(text), lambda key: f"{file}: {key.replace('_', '-')}")
    for key in {"output", "state", "known", "known_key"} & found.keys():
        found[key] = file.parent / found[key]
    if "rules" in found:
        found["rules"] = tuple(file.parent / p for p in found["rules"])
    return found


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """`PRIVACYSCAN_WORKERS=2` and so on; lists are separated by commas. Other PRIVACYSCAN_ names are left
    alone: they may hold the passwords that --password-env points at."""
    texts = {name: environ[v] for name in Settings.model_fields if (v := PREFIX + name.upper()) in environ}
    lists = {"format", "include", "exclude", "rules"}
    values = {k: tuple(x for x in v.split(",") if x) if k in lists else v for k, v in texts.items()}
    return _checked(
        lambda: Settings.model_validate_json(json.dumps(values), strict=False),  # not strict: all is text here
        lambda key: PREFIX + key.upper(),
    )


def _checked(build: Callable[[], Settings], shown: Callable[[str], str]) -> dict[str, Any]:
    """What is set in the settings that `build` makes; its mistakes under the names that `shown` gives the keys."""
    try:
        settings = build()
    except ValidationError as error:
        mistakes = error.errors(include_input=False, include_url=False)
        lines = [f"{shown(str(e['loc'][0]))}: {_expectation(e['type'], e['msg'])}" for e in mistakes]
        raise ConfigurationError("\n".join(dict.fromkeys(lines))) from None
    return {key: getattr(settings, key) for key in settings.model_fields_set}


def _expectation(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown setting; known are " + ", ".join(sorted(k.replace("_", "-") for k in Settings.model_fields))
    return message.removeprefix("Value error, ").removeprefix("Input ")
