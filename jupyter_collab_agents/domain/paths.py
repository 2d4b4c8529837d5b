"""Paths that people and agents name: always inside the folder that the server shows.

A clean path can still be a symbolic link that leads out: that is for whoever opens it.
"""

import re
import unicodedata

from ..protocol.errors import ErrorCode
from .errors import Refusal

MAX_PATH = 1024
_DRIVE = re.compile(r"[A-Za-z]:(/|$)")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _quoted(raw: str) -> str:
    shown = "".join(c if c.isprintable() else "�" for c in raw[:80])
    return f"“{shown}…”" if len(raw) > 80 else f"“{shown}”"


def clean_path(raw: str) -> str:
    """A relative POSIX path in NFC without ``.``, ``..``, empty or hidden parts.

    INVALID for what is no path, FORBIDDEN for what is outside or hidden.
    """
    path = unicodedata.normalize("NFC", raw)
    if len(path) > MAX_PATH:
        raise Refusal(ErrorCode.INVALID, f"A path can have at most {MAX_PATH} characters.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in path) or _BIDI.search(path):
        raise Refusal(ErrorCode.INVALID, f"{_quoted(raw)} has characters that no path can have.")
    if "\\" in path:
        raise Refusal(
            ErrorCode.INVALID, f"{_quoted(raw)} has a backslash. Write / between folders."
        )
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        raise Refusal(
            ErrorCode.FORBIDDEN, f"{_quoted(raw)} is outside the folder that this server shows."
        )
    if any(part.startswith(".") for part in parts):
        raise Refusal(
            ErrorCode.FORBIDDEN, f"{_quoted(raw)} is hidden. Hidden files cannot be shared."
        )
    if not parts:
        raise Refusal(ErrorCode.INVALID, "A path cannot be empty. Name a file.")
    return "/".join(parts)


def clean_paths(raw: list[str]) -> list[str]:
    """Clean paths, each once, in the order they came."""
    return list(dict.fromkeys(map(clean_path, raw)))


def check_cell_id(raw: str) -> str:
    """A notebook cell's id, as nbformat 4.5 defines it."""
    if not _CELL_ID.fullmatch(raw):
        raise Refusal(ErrorCode.INVALID, f"{_quoted(raw)} is not the id of a notebook cell.")
    return raw
