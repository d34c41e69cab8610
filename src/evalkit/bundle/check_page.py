"""Stub."""

from pathlib import Path


def write_check(path, reports):
    Path(path).write_text("<!doctype html>")


def licences():
    return {"licences/x.txt": b"MPL"}
