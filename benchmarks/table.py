"""The printed table."""

from msgspec import Struct


class Row(Struct, frozen=True):
    """One figure. ``met`` is null where the figure only explains another one."""

    figure: str
    target: str
    measured: str
    bare: str = ""
    ratio: str = ""
    met: bool | None = None


def text_table(rows: list[Row]) -> str:
    """Aligned columns; also valid Markdown."""
    head = ("figure", "target", "measured", "bare fan-out", "ratio", "")
    words = {True: "PASS", False: "FAIL", None: ""}
    lines = [head, *((r.figure, r.target, r.measured, r.bare, r.ratio, words[r.met]) for r in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    shown.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(shown)
