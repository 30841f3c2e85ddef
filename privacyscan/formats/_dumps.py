"""Whether a file is the dump of a database, by how programs that write them begin."""

from __future__ import annotations

import re

_LOOKED_AT = 2000  # bytes
_BEGINNINGS = (
    ("pg_dump", re.compile(rb"PGDMP|--\r?\n-- PostgreSQL database (?:cluster )?dump")),
    ("mysqldump", re.compile(rb"(?:/\*!?[^\n]{1,80}\n|-- )*?-- (?:MySQL|MariaDB) dump [0-9]")),
    ("phpMyAdmin", re.compile(rb"-- phpMyAdmin SQL Dump")),
    ("Adminer", re.compile(rb"-- Adminer [0-9]")),
    ("HeidiSQL", re.compile(rb"-- -{10,}\r?\n-- Host:[^\n]*\r?\n(?:-- [^\n]*\n){1,6}")),
    ("sqlite3", re.compile(rb"PRAGMA foreign_keys=OFF;\r?\nBEGIN TRANSACTION;")),
)


def dump_program(head: bytes) -> str:
    """The program that wrote the dump which begins so; empty where it is none that is known."""
    start = head[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((program for program, shape in _BEGINNINGS if shape.match(start)), "")
