"""The error that a cell shows: what was raised, and on which line of which cell."""

import re
from typing import Any

from msgspec import Struct

from ..agent import CellView
from .view import text_of
from .words import plain

MAX_MESSAGE = 2000
"""Characters of a message that are looked at."""

MAX_TRACEBACK = 200_000
"""Characters that are looked at; the end of a longer one matters most."""

_IN_CELL = re.compile(
    r"^\s*(?:(?:Cell|Input) In ?\[(?P<count>\d+)\]"
    r"(?:, line (?P<line>\d+)|, in <cell line: (?P<at>\d+)>)?"
    r"|<ipython-input-(?P<old>\d+)-\w+> in )"
)
"""IPython 8 and later, 7.3x, and before."""

_IN_FILE = re.compile(r"^\s*(?:File )?(?P<file>[^\s<>:]+\.(?:pyx?|pyi))\b")
_ARROW = re.compile(r"^-+> ?(?P<line>\d+) (?P<code>.*)$")
_FUNCTION = re.compile(r"\bin (?P<name>[\w.]+)\(")


_FILE_AND_LINE = re.compile(r" \((?:\d+|<[^>]*>|ipython-input)[^()]*, line \d+\)$")
"""What a SyntaxError adds: a file that nobody knows."""


class Frame(Struct, frozen=True):
    """A place in a cell that the error came through. ``count`` tells the cell: the number it ran
    under. ``line`` is 1-based; ``code`` is that line as it was run."""

    count: int
    line: int | None
    code: str | None
    function: str | None


class Failure(Struct, frozen=True):
    """An error output. ``frames`` are those in cells, outermost first; ``file`` is the one that
    raised it, null if a cell did."""

    name: str
    message: str
    frames: tuple[Frame, ...]
    file: str | None

    @property
    def headline(self) -> str:
        """As the last line of a traceback."""
        return f"{self.name}: {self.message}" if self.message else self.name

    @property
    def package(self) -> str | None:
        """The package whose file raised it."""
        parts = re.split(r"[/\\\\]", self.file or "")
        if "site-packages" not in parts[:-1]:
            return None
        return parts[parts.index("site-packages") + 1].removesuffix(".py")


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
        message=_FILE_AND_LINE.sub("", plain(text_of(output.get("evalue"))[:MAX_MESSAGE])),
        frames=tuple(frames),
        file=file,
    )


def _frames(lines: list[str]) -> tuple[list[Frame], str | None]:
    frames: list[Frame] = []
    file: str | None = None
    in_cell = False
    for line in lines:
        if match := _IN_CELL.match(line):
            number = match["line"] or match["at"]
            function = _FUNCTION.search(line)
            frames.append(
                Frame(
                    int(match["count"] or match["old"]),
                    int(number) if number else None,
                    None,
                    function["name"] if function else None,
                )
            )
            file, in_cell = None, True
        elif match := _IN_FILE.match(line):
            file, in_cell = match["file"], False
        elif in_cell and (match := _ARROW.match(line)):
            last = frames[-1]
            number = last.line or int(match["line"])
            frames[-1] = Frame(last.count, number, match["code"].strip(), last.function)
            in_cell = False
    return frames, file
