"""A database into another, of the same kind or not: tables, keys and rows, judged and copied in one snapshot."""
