"""A benchmark of personal data in Indonesian files and texts, and of other tools on the same data."""
