"""Markdown for what comes from a notebook: it is quoted, never interpreted."""

import re
from collections.abc import Sequence

MAX_QUOTE = 160

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def plain(text: str) -> str:
    """Without terminal colours, control characters and characters that reorder text."""
    return _INVISIBLE.sub("", _ANSI.sub("", text))


def code(text: str) -> str:
    """``text`` as a code span: one line, not too long."""
    line = clipped(" ".join(plain(text).split()), MAX_QUOTE)
    if not line:
        return "``` ```"
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def code_block(text: str, language: str = "python") -> list[str]:
    """``text`` as lines of a fenced block."""
    lines = [clipped(plain(line), 300) for line in text.split("\n")]
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}{language}", *lines, fence]


def escaped(text: str) -> str:
    """``text`` as text: no links, no emphasis, no HTML."""
    line = " ".join(plain(text).split())
    return re.sub(r"([\\`*_{}\[\]<>()#!|~$&])", r"\\\1", line)


def clipped(text: str, length: int) -> str:
    """At most ``length`` characters, the middle left out."""
    if len(text) <= length:
        return text
    tail = length // 3
    return f"{text[: length - tail - 1]}…{text[-tail:]}"


def cell(index: int) -> str:
    """How people call the cell at 0-based ``index``."""
    return f"cell {index + 1}"


def cells(indexes: Sequence[int], most: int = 6) -> str:
    """Several cells: "cell 4", "cells 4 and 6", "cells 2, 4 and 6"."""
    if len(indexes) == 1:
        return cell(indexes[0])
    names = [str(i + 1) for i in indexes[:most]]
    if len(indexes) > most:
        return f"cells {', '.join(names)} and {len(indexes) - most} more"
    return f"cells {', '.join(names[:-1])} and {names[-1]}"


def one(kind: str) -> str:
    """ "a `str`", "an `int`"."""
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {code(kind)}"


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str], joiner: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"
