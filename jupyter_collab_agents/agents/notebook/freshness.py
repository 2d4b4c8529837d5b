"""Results that are older than what they were computed from."""

from ..agent import CellView
from .analysis import Analysis
from .failure import failure_of
from .findings import Finding, Kind
from .words import cell, code


def old_results(notebook: Analysis) -> list[Finding]:
    """Stale and edited cells. A cell is stale if the cell above that last defines, or changes,
    something it reads ran after it; or if that cell is stale itself."""
    found: list[Finding] = []
    stale: set[int] = set()
    for read in notebook.codes:
        view = notebook.cell(read.index)
        edited = _edited(view)
        if edited is not None:
            found.append(edited)
        if view.execution_count is None or _running(view) or failure_of(view) is not None:
            continue
        for need in notebook.needs(read):
            source = max(
                (i for i in notebook.changers.get(need.name, ()) if i < read.index), default=None
            )
            if source is None or need.name in notebook.names(source).modules:
                continue  # running an import again changes nothing
            ran = notebook.cell(source).execution_count
            newer = ran is not None and ran > view.execution_count
            if newer or source in stale:
                stale.add(read.index)
                found.append(_stale(read.index, need.name, source, newer))
                break
    return found


def _stale(index: int, name: str, source: int, newer: bool) -> Finding:
    if newer:
        text = f"The result is stale: {cell(source)} changed {code(name)} after it ran."
    else:
        text = f"The result is stale, too: {code(name)} comes from {cell(source)}."
    return Finding(
        kind=Kind.STALE, index=index, name=name, text=text, todo=f"Run {cell(index)} again."
    )


def _edited(view: CellView) -> Finding | None:
    if _running(view):
        return None
    if view.ran_source is not None and view.ran_source != view.source:
        text = "Edited since it ran: its result belongs to the earlier text."
    elif view.outputs and view.execution_count is None:
        text = "Shows a result but no run number: it was edited or cleared since it ran."
    else:
        return None
    return Finding(kind=Kind.EDITED, index=view.index, text=text, todo=f"Run {cell(view.index)}.")


def _running(view: CellView) -> bool:
    return view.execution_state == "running"
