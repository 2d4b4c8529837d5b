"""The answer to ``outline``: Markdown lines."""

import ast

from ..agent import CellView
from .analysis import Analysis
from .failure import failure_of
from .words import clipped, code, escaped

MAX_ENTRIES = 80
MAX_NAMES = 4

_READS = {"open", "read_csv", "read_excel", "read_json", "read_parquet", "read_table", "loadtxt"}
_WRITES = {"to_csv", "to_excel", "to_json", "to_parquet", "savefig", "savetxt"}


def outline(notebook: Analysis) -> list[str]:
    """Headings, and what each code cell defines, reads and writes."""
    cells = notebook.view.cells
    entries: list[str] = []
    depth = 0
    for view in cells:
        if view.cell_type == "markdown":
            for level, title in _headings(view.source):
                depth = level
                text = escaped(clipped(title, 80))
                entries.append(f"{'  ' * (level - 1)}- **{text}** (cell {view.index + 1})")
        elif view.cell_type == "code" and view.source.strip():
            entries.append(f"{'  ' * depth}- cell {view.index + 1}: {_does(notebook, view)}")
    code_cells = len(notebook.codes)
    ran = sum(1 for c in cells if c.execution_count is not None)
    head = f"{code(notebook.view.path)}: {len(cells)} cells, {code_cells} of them code, {ran} run."
    lines = [head, "", *entries[:MAX_ENTRIES]]
    if len(entries) > MAX_ENTRIES:
        lines.append(f"- … and {len(entries) - MAX_ENTRIES} more.")
    return [*lines, "", f"**Next:** ask me to {code('check')} it."]


def _headings(source: str) -> list[tuple[int, str]]:
    found, fenced = [], False
    for line in source.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and line.startswith("#"):
            title = line.lstrip("#")
            level = len(line) - len(title)
            if level <= 6 and title[:1] in {" ", "\t"} and title.strip(" #\t"):
                found.append((level, title.rstrip(" #\t").strip()))
    return found


def _does(notebook: Analysis, view: CellView) -> str:
    read = notebook.code(view.index)
    names = notebook.names(view.index)
    parts = []
    if read is not None and read.problem is not None:
        parts.append("cannot be read")
    own = [n for n in names.binds if n not in names.modules]
    if own:
        parts.append(f"sets {_some(own)}")
    elif names.modules:
        parts.append(f"imports {_some(list(dict.fromkeys(names.modules.values())))}")
    changed = [n for n in names.touches if n not in names.binds]
    if changed:
        parts.append(f"changes {_some(changed)}")
    files = [] if read is None or read.tree is None else _files(read.tree)
    parts += [f"{verb} {code(path)}" for verb, path in files[:MAX_NAMES]]
    if not parts:
        first = next((line for line in view.source.split("\n") if line.strip()), "")
        parts.append(code(first))
    if failure_of(view) is not None:
        parts.append("**failed**")
    elif view.execution_count is None:
        parts.append("not run")
    return ", ".join(parts)


def _files(tree: ast.Module) -> list[tuple[str, str]]:
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(path)), *_],
            ) if name in _READS | _WRITES:
                found.append(("writes" if name in _WRITES else "reads", path))
    return found


def _some(names: list[str]) -> str:
    shown = ", ".join(code(n) for n in names[:MAX_NAMES])
    return f"{shown} and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else shown
