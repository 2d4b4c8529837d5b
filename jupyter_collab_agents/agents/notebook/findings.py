"""One thing that is, or will be, wrong with a notebook."""

from enum import Enum

from msgspec import Struct


class Kind(str, Enum):
    """What is wrong."""

    SYNTAX = "syntax"
    UNDEFINED = "undefined"
    ORDER = "order"
    FAILED = "failed"
    STALE = "stale"
    EDITED = "edited"
    REDEFINED = "redefined"


class Finding(Struct, frozen=True, kw_only=True):
    """``index`` is the 0-based cell, ``line`` 1-based within it. ``text`` and ``todo`` are
    Markdown sentences without the cell and the line; ``also`` are other cells it holds for."""

    kind: Kind
    index: int
    text: str
    todo: str
    line: int | None = None
    name: str | None = None
    also: tuple[int, ...] = ()
