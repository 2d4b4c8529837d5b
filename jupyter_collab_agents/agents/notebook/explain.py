"""The answer to "why does this fail?": Markdown lines."""

from collections.abc import Sequence

from .analysis import Analysis
from .case import Case
from .causes import cause_of
from .checks import findings
from .failure import failure_of
from .words import capital, cell, cells, code, code_block


def failing_cells(notebook: Analysis) -> list[int]:
    """Cells that show an error, the one that ran last first."""
    failed = [c for c in notebook.view.cells if failure_of(c) is not None]
    return [c.index for c in sorted(failed, key=lambda c: -(c.execution_count or 0))]


def explain(notebook: Analysis, index: int, files: Sequence[str] = ()) -> list[str]:
    """Why the cell at ``index`` fails, or that it does not and what else is the matter."""
    failure = failure_of(notebook.cell(index))
    if failure is None:
        return _no_failure(notebook, index)
    case = Case(notebook, index, failure, files)
    cause = cause_of(case)
    lines = [*_where(case), cause.why]
    if _edited(case):
        lines.append(f"{capital(case.here)} was edited since, so this may be mended already.")
    lines += ["", f"**Next:** {cause.todo}"]
    others = [i for i in failing_cells(notebook) if i != index]
    if others:
        lines.append(f"{capital(cells(sorted(others)))} {_fail(others)}, too.")
    return lines


def _where(case: Case) -> list[str]:
    failure, place, raised = case.failure, case.place, case.raised
    line = f" at line {place.line}" if place is not None and place.line is not None else ""
    head = f"**{capital(case.here)}** stopped{line} with {code(failure.headline)}."
    text = None if place is None else place.code or case.line_of(place)
    lines = [head, "", *(code_block(text) if text else []), ""]
    if raised is not None and raised is not place and raised.code and raised.function:
        index = case.cell_of(raised)
        where = "" if index in {None, case.index} else f" of {cell(index or 0)}"
        lines.append(
            f"It happened within {code(raised.function)}, line {raised.line}{where}: "
            f"{code(raised.code)}."
        )
    return lines


def _edited(case: Case) -> bool:
    place = case.place
    view = case.notebook.cell(case.index)
    if view.ran_source is not None:
        return view.ran_source != view.source
    if place is None or place.code is None or place.line is None:
        return view.execution_count is None
    return case.line_of(place) != place.code.strip()


def _no_failure(notebook: Analysis, index: int) -> list[str]:
    here = capital(cell(index))
    if notebook.cell(index).execution_state == "running":
        return [f"{here} is running. Ask again when it is done."]
    found = [f for f in findings(notebook) if index in {f.index, *f.also}]
    if notebook.cell(index).cell_type != "code":
        return [f"{here} is text, there is nothing to run.", "", _others(notebook)]
    if not found:
        return [f"{here} shows no error, and I see nothing wrong with it.", "", _others(notebook)]
    lines = [f"{here} shows no error, but:", ""]
    lines += [f"- {'' if f.line is None else f'line {f.line}: '}{f.text}" for f in found]
    return [*lines, "", f"**Next:** {found[0].todo}"]


def _others(notebook: Analysis) -> str:
    failing = sorted(failing_cells(notebook))
    if failing:
        ask = code(f"explain cell {failing[0] + 1}")
        return f"**Next:** {cells(failing)} {_fail(failing)}; ask me to {ask}."
    return f"**Next:** ask me to {code('check')} the whole notebook."


def _fail(indexes: Sequence[int]) -> str:
    return "fails" if len(indexes) == 1 else "fail"
