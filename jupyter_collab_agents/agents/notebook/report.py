"""The answer to ``check``: Markdown lines."""

from .analysis import Analysis
from .checks import findings
from .findings import Finding, Kind
from .words import capital, cell, cells, code

MAX_FINDINGS = 30
MAX_STEPS = 3


def check(notebook: Analysis) -> list[str]:
    """What is, or will be, wrong, and what to do first."""
    found = findings(notebook)
    count = len(notebook.codes)
    checked = f"{count} code cell{'' if count == 1 else 's'} of {code(notebook.view.path)}"
    if not notebook.view.live:
        checked += " as saved on disk"
    if not count:
        return [f"{code(notebook.view.path)} has no code cells yet.", "", "**Next:** write one."]
    if not found:
        return [
            f"I read {checked} and found nothing wrong.",
            "",
            "**Next:** Restart & Run All shows whether the data agrees.",
        ]
    things = "1 thing" if len(found) == 1 else f"{len(found)} things"
    lines = [f"I read {checked} and found {things}:", ""]
    lines += [_line(finding) for finding in found[:MAX_FINDINGS]]
    if len(found) > MAX_FINDINGS:
        lines.append(f"- … and {len(found) - MAX_FINDINGS} more.")
    return [*lines, "", *_next(found)]


def _line(finding: Finding) -> str:
    where = f"**{cell(finding.index)}**"
    if finding.line is not None:
        where += f", line {finding.line}"
    also = f" Also {cells(finding.also)}." if finding.also else ""
    return f"- {where}: {finding.text}{also}"


def _next(found: list[Finding]) -> list[str]:
    failed = [f for f in found if f.kind is Kind.FAILED][1:]  # one explanation at a time
    steps = list(dict.fromkeys(f.todo for f in found if f not in failed))
    if len(steps) == 1:
        return [f"**Next:** {capital(steps[0])}"]
    shown = [f"{number}. {capital(step)}" for number, step in enumerate(steps[:MAX_STEPS], 1)]
    return ["**Next:**", "", *shown]
