"""Person names and addresses of Indonesia: in prose (`prose.py`) and, by the same word lists, in columns."""
