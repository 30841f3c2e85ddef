"""Dumps of databases are told by how the programs that write them begin."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from privacyscan.formats._dumps import dump_program
from privacyscan.scan import scan
from privacyscan.settings import load


@pytest.mark.parametrize(
    ("head", "program"),
    [
        (b"--\n-- PostgreSQL database dump\n--\n", "pg_dump"),
        (b"--\n-- PostgreSQL database cluster dump\n--\n", "pg_dump"),
        (b"PGDMP\x01\x0e", "pg_dump"),
        (b"-- MySQL dump 10.13  Distrib 8.0.36\n", "mysqldump"),
        (b"/*!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n", "mysqldump"),
        (b"-- phpMyAdmin SQL Dump\n-- version 5.2.1\n", "phpMyAdmin"),
        (b"-- Adminer 4.8.1 MySQL 8.0 dump\n", "Adminer"),
        (b"\xef\xbb\xbf-- ------------------------\r\n-- Host:    127.0.0.1\r\n-- Server version: 8\r\n", "HeidiSQL"),
        (b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", "sqlite3"),
        (b"INSERT INTO warga VALUES (1);\n", ""),
        (b"Cara memakai -- MySQL dump 10.13\n", ""),  # tells of one
        (b"", ""),
    ],
)
def test_programs(head: bytes, program: str) -> None:
    assert dump_program(head) == program


def test_a_dump_is_an_exposure_whatever_its_name_and_in_archives_too(tmp_path: Path) -> None:
    dump = b"-- MySQL dump 10.13\nINSERT INTO warga (nik) VALUES ('3171014107900001');\n"
    (tmp_path / "berkas").mkdir()
    (tmp_path / "berkas" / "data.txt").write_bytes(dump)
    (tmp_path / "berkas" / "data.gz").write_bytes(gzip.compress(dump))
    (tmp_path / "berkas" / "catatan.txt").write_bytes(b"NIK 3171014107900001\n")
    found = scan([str(tmp_path / "berkas")], load({"state": tmp_path, "workers": 1}))
    shown = {a.place.path[0]: [e.params["sign"] for e in a.exposure if e.code == "dump_content"] for a in found.assets}
    assert shown == {"catatan.txt": [], "data.txt": ["mysqldump"], "data.gz": ["mysqldump"]}
