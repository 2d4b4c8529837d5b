"""IPython's additions to Python, taken out so that Python can read the rest.

Every line keeps its number. What a magic defines is told where it can be known.
"""

import re

from msgspec import Struct

from .lines import physical_lines, statement_starts

_CELL_MAGIC = re.compile(r"\s*%%(\w+|!)[ \t]*(.*)")
_LINE_MAGIC = re.compile(r"(\s*)%(\w+)[ \t]*(.*)")
_CAPTURED = re.compile(r"(\s*)([A-Za-z_][\w.]*(?:\s*,\s*[A-Za-z_]\w*)*)\s*=\s*([!%])(.*)")
_AUTOMAGIC = re.compile(
    r"\s*(?:pip|conda|mamba|uv|cd|ls|ll|pwd|mkdir|cat|cp|mv|rm|matplotlib|load_ext|run|who|whos"
    r"|env|store|history|reset|time|timeit)\b(?!\s*[=.(\[,:])"
)

PYTHON_BODY = {"time", "timeit", "capture", "prun", "memit", "mprun", "snakeviz", "debug"}
PYTHON_LINE = {"time", "timeit", "prun", "memit", "debug"}
NOT_PYTHON = {
    *("!", "bash", "sh", "zsh", "script", "cmd", "system", "sx", "perl", "ruby", "pypy", "cython"),
    *("html", "HTML", "javascript", "js", "latex", "markdown", "svg", "mermaid"),
    *("writefile", "file", "python", "python2", "python3"),
}
"""Cell magics whose body neither reads nor makes names of the notebook."""

DEFINES_ANYTHING = {"run", "pylab", "load", "store", "reset", "reset_selective", "sql", "R"}


class PythonText(Struct, frozen=True):
    """A cell as Python. ``python``: whether its body is Python at all. ``binds``: names that
    magics define, by line. ``dynamic``: a magic may define or remove any name."""

    source: str
    python: bool = True
    binds: dict[str, int] = {}
    dynamic: bool = False


def may_be_plain(source: str) -> bool:
    """Whether the cell is no cell magic, so that Python may understand it as it is."""
    return not source.lstrip().startswith("%%")


def to_python(source: str) -> PythonText:
    """A cell's text without IPython's syntax; each line stays on its line."""
    lines = physical_lines(source)
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if match := _CELL_MAGIC.match(lines[first]):
        return _cell_magic(lines, first, match[1], match[2])
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return _lines([line.removeprefix(indent) for line in lines], {}, False)


def without_automagic(text: PythonText) -> PythonText:
    """Also without lines such as ``pip install x``, which IPython accepts as they are."""
    lines = text.source.split("\n")
    starts = statement_starts(lines)
    kept = [
        _blank(line) if start and _AUTOMAGIC.match(line) else line
        for line, start in zip(lines, starts, strict=True)
    ]
    return PythonText("\n".join(kept), text.python, text.binds, text.dynamic)


def _cell_magic(lines: list[str], first: int, name: str, arguments: str) -> PythonText:
    body = [""] * (first + 1) + lines[first + 1 :]
    binds: dict[str, int] = {}
    if name in PYTHON_BODY:
        if name == "capture" and (target := re.match(r"[A-Za-z_]\w*", arguments)):
            binds[target[0]] = first + 1
        elif name in PYTHON_LINE and arguments and not arguments.startswith("-"):
            body[first] = arguments  # %%timeit's setup
        return _lines(body, binds, False)
    for target in re.findall(r"(?:--out|--err|--proc|-o)[ =]([A-Za-z_]\w*)", arguments):
        binds[target] = first + 1
    dynamic = name not in NOT_PYTHON
    return PythonText("\n" * (len(lines) - 1), False, binds, dynamic)


def _lines(lines: list[str], binds: dict[str, int], dynamic: bool) -> PythonText:
    starts = statement_starts(lines)
    kept: list[str] = []
    shell = False  # within a continued magic
    for line, start in zip(lines, starts, strict=True):
        if not start:
            kept.append("" if shell else line)
            continue
        shell = False
        if match := _CAPTURED.match(line):
            shell = True
            dynamic |= match[3] == "%" and _magic_name(match[4]) in DEFINES_ANYTHING
            kept.append(f"{match[1]}{match[2]} = None")
        elif match := _LINE_MAGIC.match(line):
            shell = True
            indent, name, rest = match.groups()
            dynamic |= name in DEFINES_ANYTHING
            if name in PYTHON_LINE and rest and not rest.startswith("-"):
                shell = False
                kept.append(f"{indent}{rest}")
            else:
                kept.append(_blank(line))
        elif line.lstrip()[:1] in {"!", "%", "?"} and line.strip():
            shell = True
            kept.append(_blank(line))
        elif line.rstrip().endswith("?") and "#" not in line:
            kept.append(_blank(line))
        else:
            kept.append(line)
    return PythonText("\n".join(kept), True, binds, dynamic)


def _magic_name(text: str) -> str:
    return text.split(maxsplit=1)[0] if text.strip() else ""


def _blank(line: str) -> str:
    """A statement that does nothing, at the same depth."""
    return line[: len(line) - len(line.lstrip())] + "pass"
