"""The version, also for `pyproject.toml`: to ask the installed package for it takes longer than to start."""

__version__ = "0.1.0"
