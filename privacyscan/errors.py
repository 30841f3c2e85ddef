"""Every error a user can cause, as one tree; anything else that is raised is a defect of ours.

PrivacyScanError            message says where, what was found, what to do next
├── UsageError              a wrong option, target or combination of them
├── ConfigurationError      a setting, policy or key file with a mistake in it
├── RulebookError           mistakes in rule packs, all of them at once
├── TargetError             a target that cannot be opened at all (host, password, folder)
├── MissingExtra            a library is absent; says what to install
├── StoredScanError         a saved scan that cannot be read
├── HistoryError            the history of runs cannot be read or written
└── UnsafeCopyError         a pseudonymised copy that still held personal data, and was removed

Each carries the exit code of the contract: 2 for wrong use and configuration, 3 for a target that
is in scope and could not be read, 1 for a copy that fails its policy.
"""

from __future__ import annotations

from collections.abc import Sequence


class PrivacyScanError(Exception):
    """A mistake that the user can mend; the message never holds a value, a password or a traceback."""

    exit_code = 2


class UsageError(PrivacyScanError):
    """A wrong option, target or combination of them."""


class ConfigurationError(PrivacyScanError):
    """A mistake in a settings, policy or key file."""


class RulebookError(PrivacyScanError):
    """All mistakes of the rule packs, each as `file:line: what is wrong, what is expected`."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class TargetError(PrivacyScanError):
    """A target that cannot be opened at all.

    `reason` is the same code that a `Skipped` carries, so the report lists the target as not read.
    """

    exit_code = 3

    def __init__(self, message: str, reason: str = "unreachable") -> None:
        self.reason = reason
        super().__init__(message)


class MissingExtra(PrivacyScanError):
    """A library is absent; `install` is what pip calls it, an extra of ours or the library itself."""

    def __init__(self, what: str, install: str) -> None:
        super().__init__(f"{what} needs a library that is not installed; run pip install '{install}'")


class StoredScanError(PrivacyScanError):
    """A saved scan that is damaged, of another format, or newer than this tool."""


class HistoryError(PrivacyScanError):
    """The history of runs is locked, read-only, damaged, newer than this tool, or out of reach."""


class UnsafeCopyError(PrivacyScanError):
    """A pseudonymised copy still held data that the policy replaces; it was removed."""

    exit_code = 1
