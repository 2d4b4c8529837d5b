"""Names that will not be there when the notebook runs from top to bottom."""

from .analysis import Analysis, Need
from .cell_code import CellCode, always_there
from .findings import Finding, Kind
from .words import cell, code


def missing_names(notebook: Analysis) -> list[Finding]:
    """Undefined names, and names used above their definition; each once per name and kind."""
    found: list[Finding] = []
    there: set[str] = set()
    gone: dict[str, int] = {}
    for read in notebook.codes:
        for need in notebook.needs(read):
            if need.name not in there:
                finding = _missing(notebook, read, need, gone)
                if finding is not None:
                    found.append(finding)
        there -= read.names.deletes
        there.update(read.names.binds, read.names.sets_late)
        gone.update(dict.fromkeys(read.names.deletes, read.index))
        found.extend(_in_functions(notebook, read))
    return _once(found)


def _missing(
    notebook: Analysis, read: CellCode, need: Need, gone: dict[str, int]
) -> Finding | None:
    name = code(need.name)
    used = name if need.via is None else f"{code(need.via)} needs {name}, which"
    own = read.names.binds.get(need.name)
    if need.via is None and own is not None and own >= need.line:
        where = f"line {own}" if own > need.line else "this line itself"
        return Finding(
            kind=Kind.ORDER,
            index=read.index,
            line=need.line,
            name=need.name,
            text=f"{name} is read before {where} gives it a value, and no cell above does.",
            todo=f"Give {name} a first value above that line.",
        )
    if notebook.dynamic_from <= read.index:
        return None
    below = notebook.binder_after(need.name, read.index)
    if below is not None:
        return Finding(
            kind=Kind.ORDER,
            index=read.index,
            line=need.line,
            name=need.name,
            text=f"{used} is only defined further down, in {cell(below)}: "
            "Restart & Run All fails here.",
            todo=f"Move {cell(below)} above {cell(read.index)}.",
        )
    if need.name in gone:
        text = f"{used} is deleted by {cell(gone[need.name])} before it is used here."
        todo = f"Delete {name} later, or define it again."
    else:
        text, todo = _undefined(notebook, need.name, f"{used} is not defined anywhere")
    return Finding(
        kind=Kind.UNDEFINED,
        index=read.index,
        line=need.line,
        name=need.name,
        text=text,
        todo=todo,
    )


def _in_functions(notebook: Analysis, read: CellCode) -> list[Finding]:
    """What functions of this cell read and nothing in the notebook defines."""
    if notebook.dynamic_from < len(notebook.view.cells):
        return []
    found = []
    for name, line in read.names.late.items():
        if not always_there(name) and name not in notebook.binders:
            text, todo = _undefined(
                notebook, name, f"{code(name)}, used in a function, is not defined anywhere"
            )
            found.append(
                Finding(
                    kind=Kind.UNDEFINED,
                    index=read.index,
                    line=line,
                    name=name,
                    text=text,
                    todo=todo,
                )
            )
    return found


def _undefined(notebook: Analysis, name: str, words: str) -> tuple[str, str]:
    near = notebook.near(name)
    if near is None:
        return f"{words}.", f"Define {code(name)} above, or correct its spelling."
    where = cell(notebook.binders[near][0])
    return f"{words}. Did you mean {code(near)} ({where})?", f"Check the spelling of {code(name)}."


def _once(found: list[Finding]) -> list[Finding]:
    """The first of each name and kind, which then tells the other cells."""
    first: dict[tuple[Kind, str | None], Finding] = {}
    also: dict[tuple[Kind, str | None], list[int]] = {}
    for finding in found:
        key = (finding.kind, finding.name)
        if first.setdefault(key, finding).index != finding.index:
            also.setdefault(key, []).append(finding.index)
    return [
        Finding(
            kind=f.kind,
            index=f.index,
            line=f.line,
            name=f.name,
            text=f.text,
            todo=f.todo,
            also=tuple(dict.fromkeys(also.get(key, ()))),
        )
        for key, f in first.items()
    ]
