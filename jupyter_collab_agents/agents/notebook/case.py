"""A failed cell to be explained, and an explanation."""

import ast
from collections.abc import Sequence

from msgspec import Struct

from .analysis import Analysis
from .cell_code import FILENAME
from .failure import Failure, Frame
from .words import cell


class Cause(Struct, frozen=True):
    """Why it failed and what to do, Markdown sentences."""

    why: str
    todo: str


class Case:
    """What is known about one failure. ``files`` are the names beside the notebook."""

    def __init__(
        self, notebook: Analysis, index: int, failure: Failure, files: Sequence[str] = ()
    ) -> None:
        self.notebook = notebook
        self.index = index
        self.failure = failure
        self.files = files
        self.count = notebook.cell(index).execution_count

    @property
    def here(self) -> str:
        """The cell, in words."""
        return cell(self.index)

    @property
    def again(self) -> str:
        """What to do after mending it."""
        return f"then run {self.here} again"

    @property
    def place(self) -> Frame | None:
        """Where in this cell it stopped."""
        own = [f for f in self.failure.frames if self.cell_of(f) == self.index]
        return own[0] if own else None

    @property
    def raised(self) -> Frame | None:
        """The last place in any cell, which may be a function of another one."""
        return self.failure.frames[-1] if self.failure.frames else None

    @property
    def code(self) -> str | None:
        """The line that raised it, as far as cells go."""
        raised = self.raised
        return None if raised is None else raised.code or self.line_of(raised)

    def cell_of(self, frame: Frame) -> int | None:
        """The cell of a frame, null if it has run again or is gone."""
        if frame.count == self.count:
            return self.index
        found = (c.index for c in self.notebook.view.cells if c.execution_count == frame.count)
        return next(found, None)

    def line_of(self, frame: Frame) -> str | None:
        """The text of a frame's line as it is now."""
        index = self.cell_of(frame)
        if index is None or frame.line is None:
            return None
        lines = self.notebook.cell(index).source.split("\n")
        return lines[frame.line - 1].strip() if frame.line <= len(lines) else None

    def tree(self) -> ast.Module | None:
        """The syntax of the line that raised it, null if it is only part of a statement."""
        text = self.code or ""
        for attempt in (text, f"{text} pass" if text.endswith(":") else f"{text}..."):
            try:
                return ast.parse(attempt, FILENAME)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        return None
