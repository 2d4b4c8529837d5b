"""The error that a cell shows: what was raised, and on which line of which cell."""

import re
from typing import Any

from msgspec import Struct

from ..agent import CellView
from .view import text_of
from .words import plain

MAX_TRACEBACK = 200_000
"""Characters that are looked at; the end of a longer one matters most."""

_IN_CELL = re.compile(
    r"^\s*(?:Cell In ?\[(?P<count>\d+)\], line (?P<line>\d+)"
    r"|(?:Cell In ?\[(?P<count2>\d+)\]|Input In \[(?P<count3>\d+)\]).*?(?:<cell line: (?P<line3>\d+)>.*)?$"
    r"|<ipython-input-(?P<count4>\d+)-\w+> in .*)"
)
_IN_FILE = re.compile(
    r"^\s*(?:File )?(?P<file>[^\s<>]\S*\.(?:py|pyx|pyi)\S*?)(?::(?P<line>\d+)|, line \d+)?[ ,(].*"
)
_ARROW = re.compile(r"^-+> ?(?P<line>\d+) (?P<code>.*)$")
_FUNCTION = re.compile(r", in (?P<name>[\w.]+)\(|\bin (?P<name2>[\w.]+)\(")


class Frame(Struct, frozen=True):
    """A place in a cell that the error came through. ``count`` tells the cell: the number it ran
    under. ``line`` is 1-based; ``code`` is that line as it was run."""

    count: int
    line: int | None
    code: str | None
    function: str | None


class Failure(Struct, frozen=True):
    """An error output. ``frames`` are those in cells, outermost first; ``library``: it was
    raised deeper than that, in a file; ``file`` is the last one."""

    name: str
    message: str
    frames: tuple[Frame, ...]
    file: str | None
    text: str

    @property
    def library(self) -> bool:
        """Whether a file raised it."""
        return self.file is not None


def failure_of(view: CellView) -> Failure | None:
    """The error a cell shows, null if it shows none."""
    output = next((o for o in view.outputs if o.get("output_type") == "error"), None)
    return None if output is None else _read(output)


def _read(output: dict[str, Any]) -> Failure:
    lines = output.get("traceback")
    text = "\n".join(text_of(line) for line in lines) if isinstance(lines, list) else ""
    text = "\n".join(plain(line) for line in text[-MAX_TRACEBACK:].split("\n"))
    frames, file = _frames(text.split("\n"))
    return Failure(
        name=plain(text_of(output.get("ename"))) or "Error",
        message=plain(text_of(output.get("evalue"))),
        frames=tuple(frames),
        file=file,
        text=text,
    )


def _frames(lines: list[str]) -> tuple[list[Frame], str | None]:
    frames: list[Frame] = []
    file: str | None = None
    in_cell = False
    for line in lines:
        if match := _IN_CELL.match(line):
            groups = match.groupdict()
            count = next(int(v) for k, v in groups.items() if k.startswith("count") and v)
            number = next((int(v) for k, v in groups.items() if k.startswith("line") and v), None)
            function = _FUNCTION.search(line)
            name = (function["name"] or function["name2"]) if function else None
            frames.append(Frame(count, number, None, name))
            file, in_cell = None, True
        elif match := _IN_FILE.match(line):
            file, in_cell = match["file"].rstrip(":,"), False
        elif in_cell and (match := _ARROW.match(line)):
            last = frames[-1]
            number = last.line or int(match["line"])
            frames[-1] = Frame(last.count, number, match["code"].strip(), last.function)
            in_cell = False
    return frames, file
