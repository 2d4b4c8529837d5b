"""One code cell, read: its names, or why it cannot be read."""

import ast
import builtins
import warnings

from msgspec import Struct

from .magics import PythonText, may_be_plain, to_python, without_automagic
from .names import names_of
from .scopes import CellNames

FILENAME = "<cell>"

# what Python would warn about while compiling is not news for the server's log
warnings.filterwarnings("ignore", category=SyntaxWarning, module=FILENAME)

ALWAYS_THERE = frozenset(
    {
        *dir(builtins),
        *("exit", "quit", "help", "copyright", "credits", "license"),
        *("get_ipython", "display", "In", "Out", "_", "__", "___"),
        *("_i", "_ii", "_iii", "_ih", "_oh", "_dh", "_sh", "_exit_code"),
        *("__name__", "__doc__", "__builtins__", "__builtin__", "__annotations__"),
        *("__file__", "__spec__", "__loader__", "__package__", "__session__", "__class__"),
        *("WindowsError", "ExceptionGroup", "BaseExceptionGroup", "reveal_type"),
    }
)
"""Names that need no definition in a notebook."""


class SyntaxProblem(Struct, frozen=True):
    """Why a cell is not Python; ``line`` is 1-based, null if unknown."""

    line: int | None
    message: str


class CellCode(Struct, frozen=True):
    """A code cell. ``names`` are empty if it is not Python or has a problem; then ``dynamic``
    says whether it may define names nonetheless."""

    index: int
    names: CellNames
    problem: SyntaxProblem | None = None
    tree: ast.Module | None = None
    python: bool = True


def read_code(index: int, source: str) -> CellCode:
    """Read a cell. Never raises, whatever the text is."""
    try:
        if not may_be_plain(source):
            return _read_ipython(index, source)
        try:
            tree = ast.parse(source, FILENAME)
        except SyntaxError:
            return _read_ipython(index, source)
        return CellCode(index, names_of(tree), tree=tree)
    except SyntaxError as problem:
        found = SyntaxProblem(problem.lineno, problem.msg or "invalid syntax")
    except (RecursionError, MemoryError):  # too deep for us, not necessarily for the kernel
        return CellCode(index, CellNames(dynamic=True))
    except ValueError as problem:  # NUL characters, lone surrogates
        found = SyntaxProblem(None, str(problem))
    return CellCode(index, CellNames(dynamic=True), found)


def always_there(name: str) -> bool:
    """Whether Python or IPython provides ``name``."""
    return name in ALWAYS_THERE or (name[:1] == "_" and name.lstrip("_i").isdigit())


def _read_ipython(index: int, source: str) -> CellCode:
    """Read a cell with IPython's additions. Raises what ``ast.parse`` raises."""
    text = to_python(source)
    if not text.python:
        return CellCode(index, _with_magics(CellNames(), text), python=False)
    try:
        tree = ast.parse(text.source, FILENAME)
    except SyntaxError:
        rest = without_automagic(text)
        if rest.source == text.source:
            raise
        tree = ast.parse(rest.source, FILENAME)
    return CellCode(index, _with_magics(names_of(tree), text), tree=tree)


def _with_magics(names: CellNames, text: PythonText) -> CellNames:
    for name, line in text.binds.items():
        names.binds.setdefault(name, line)
    names.dynamic |= text.dynamic
    return names
