"""Everything ``check`` looks for."""

import ast

from .analysis import Analysis
from .failure import failure_of
from .findings import Finding, Kind
from .freshness import old_results
from .missing import missing_names
from .words import cell, cells, code

SHADOWED = frozenset(
    {
        *("list", "dict", "set", "str", "int", "float", "tuple", "bool", "type", "object", "bytes"),
        *("sum", "min", "max", "len", "print", "input", "range", "sorted", "open", "round", "abs"),
        *("map", "filter", "zip", "any", "all", "next", "iter", "display"),
    }
)
"""Functions of Python that break other cells when their name is taken."""


def findings(notebook: Analysis) -> list[Finding]:
    """All findings, by cell and line."""
    found = [*_syntax(notebook), *missing_names(notebook), *old_results(notebook)]
    found += _redefined(notebook)
    known = {(f.index, f.name) for f in found}
    found += [f for f in _failed(notebook) if (f.index, f.name) not in known]
    return sorted(found, key=lambda f: (f.index, f.line or 0))


def _syntax(notebook: Analysis) -> list[Finding]:
    return [
        Finding(
            kind=Kind.SYNTAX,
            index=read.index,
            line=read.problem.line,
            text=f"Not valid Python: {code(read.problem.message)}.",
            todo=f"Correct {cell(read.index)}; it cannot run as it is.",
        )
        for read in notebook.codes
        if read.problem is not None
    ]


def _failed(notebook: Analysis) -> list[Finding]:
    found = []
    for view in notebook.view.cells:
        failure = failure_of(view)
        if failure is not None:
            missing = failure.message.split("'") if failure.name == "NameError" else []
            found.append(
                Finding(
                    kind=Kind.FAILED,
                    index=view.index,
                    name=missing[1] if len(missing) > 1 else None,
                    text=f"Ended with {code(f'{failure.name}: {failure.message}')}.",
                    todo=f"Ask me to {code(f'explain cell {view.index + 1}')}.",
                )
            )
    return found


def _redefined(notebook: Analysis) -> list[Finding]:
    """Functions and classes defined twice, modules overwritten, Python's own names taken."""
    found = []
    for name, where in notebook.binders.items():
        first, *others = where
        if others and all(_defines(notebook, i, name) for i in where):
            found.append(
                Finding(
                    kind=Kind.REDEFINED,
                    index=others[-1],
                    line=notebook.names(others[-1]).binds.get(name),
                    name=name,
                    text=f"{code(name)} is defined in {cells(where)}: which one counts depends on "
                    "what ran last.",
                    todo=f"Keep one definition of {code(name)}.",
                )
            )
        taken = [i for i in where if name not in notebook.names(i).modules]
        imported = [i for i in where if name in notebook.names(i).modules]
        if imported and taken and taken[0] > imported[0]:
            found.append(
                _taken(notebook, taken[0], name, f"the module {cell(imported[0])} imports")
            )
        elif name in SHADOWED and taken:
            found.append(_taken(notebook, first, name, f"Python's own {code(name)}"))
    return found


def _taken(notebook: Analysis, index: int, name: str, what: str) -> Finding:
    return Finding(
        kind=Kind.REDEFINED,
        index=index,
        line=notebook.names(index).binds.get(name),
        name=name,
        text=f"{code(name)} hides {what}: cells that mean the other one fail from here on.",
        todo=f"Rename {code(name)} in {cell(index)}.",
    )


def _defines(notebook: Analysis, index: int, name: str) -> bool:
    """Whether a cell has a ``def`` or ``class`` of that name, outside branches."""
    read = notebook.code(index)
    if read is None or read.tree is None:
        return False
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name == name
        for node in read.tree.body
    )
