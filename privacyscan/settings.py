"""One frozen `Settings`, built once: defaults < privacyscan.toml < environment < flags.

No other module reads the environment or a settings file. Unknown keys are errors.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from privacyscan.errors import ConfigurationError
from privacyscan.model import Limits

FILE_NAME = "privacyscan.toml"
PREFIX = "PRIVACYSCAN_"
DEFAULTS = Limits()
Level = Literal["low", "medium", "high", "critical", "new"]


class Scope(BaseModel):
    """What of a target is in scope. Globs match the path below the target, with `/` between its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Settings(BaseModel):
    """All settings of a scan. Sizes in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    output: Path = Path("privacyscan-report")
    format: tuple[str, ...] = ("html", "json")
    lang: Literal["id", "en"] = "id"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    workers: int = Field(default_factory=lambda: len(os.sched_getaffinity(0)), ge=1, le=256)
    names: Literal["auto", "on", "off"] = "auto"
    locations: Literal["none", "first", "all"] = "first"
    fail_on: Level | None = None
    regulation: str = "uu-pdp"
    engine: Literal["fast", "reference"] = "fast"
    rules: tuple[Path, ...] = ()
    max_file_size: int = Field(default=DEFAULTS.max_file_size, gt=0)
    timeout_per_file: float = Field(default=DEFAULTS.timeout_per_file, gt=0)
    statement_timeout: float = Field(default=DEFAULTS.statement_timeout, gt=0)
    connect_timeout: float = Field(default=DEFAULTS.connect_timeout, gt=0)
    state: Path = Path()  # the user's state folder; set by `load`

    @property
    def scope(self) -> Scope:
        return Scope(include=self.include, exclude=self.exclude)

    @property
    def limits(self) -> Limits:
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

    Raises ConfigurationError naming the file or variable, the key, and what is expected.
    """
    environ = os.environ if environ is None else environ
    file = config if config is not None else find_file(Path.cwd())
    layers = [
        ("settings file", str(file), _read_file(file) if file else {}),
        ("environment", PREFIX + "*", _read_environment(environ)),
        ("command line", "options", {k: v for k, v in flags.items() if v is not None}),
    ]
    merged: dict[str, Any] = {"state": _state_folder(environ)}
    for kind, where, values in layers:
        _validate(values, kind, where)
        merged |= values
    return Settings.model_validate(_shape(merged))


def _validate(values: Mapping[str, Any], kind: str, where: str) -> None:
    try:
        Settings.model_validate(_shape(values))
    except ValidationError as error:
        known = ", ".join(sorted(set(Settings.model_fields) - {"state"}))
        lines = []
        for e in error.errors(include_input=False, include_url=False):
            name = ".".join(str(x) for x in e["loc"])
            what = f"unknown setting; known are: {known}" if e["type"] == "extra_forbidden" else e["msg"]
            lines.append(f"{where} ({kind}): {name}: {what}")
        raise ConfigurationError("\n".join(lines)) from None


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists and strings as they come from TOML and the environment, in the types the model is strict about."""
    shaped = dict(values)
    for name in ("include", "exclude", "format", "rules"):
        if isinstance(shaped.get(name), list | tuple):
            shaped[name] = tuple(shaped[name])
    if isinstance(shaped.get("rules"), tuple):
        shaped["rules"] = tuple(Path(p) if isinstance(p, str) else p for p in shaped["rules"])
    for name in ("output", "state"):
        if isinstance(shaped.get(name), str):
            shaped[name] = Path(shaped[name])
    for name in ("timeout_per_file", "statement_timeout", "connect_timeout"):
        if isinstance(shaped.get(name), int) and not isinstance(shaped[name], bool):
            shaped[name] = float(shaped[name])
    return shaped


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return {k.replace("-", "_"): v for k, v in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror}); check --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from None


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """`PRIVACYSCAN_WORKERS=2` and so on; lists are separated by commas. Passwords never come this way."""
    values: dict[str, Any] = {}
    for variable, text in environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or name not in Settings.model_fields:
            continue  # other PRIVACYSCAN_ names may hold the passwords that --password-env points at
        default = Settings.model_fields[name].get_default(call_default_factory=True)
        if isinstance(default, tuple):
            values[name] = tuple(x for x in text.split(",") if x)
        elif isinstance(default, int | float):
            try:
                values[name] = type(default)(text)
            except ValueError:
                raise ConfigurationError(f"{variable} (environment): expected a number") from None
        else:
            values[name] = text
    return values


def _state_folder(environ: Mapping[str, str]) -> Path:
    """The folder for history and key, by the XDG base directory specification."""
    base = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local" / "state")
    return Path(base) / "privacyscan"
