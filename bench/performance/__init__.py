"""A benchmark of speed and memory, other tools beside on the same data."""
