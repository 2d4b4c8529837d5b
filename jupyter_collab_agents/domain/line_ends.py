"""Line ends of a text that was edited without them."""

from collections.abc import Iterator

from .merge.difference import difference
from .merge.tokens import split_lines

CRLF = "\r\n"


def with_line_ends_of(original: str, text: str) -> str:
    """``text``, whose lines end in LF, with the line ends that ``original`` has.

    Lines that stayed keep theirs; new ones get the one that is most frequent in the original.
    """
    if CRLF not in original:
        return text
    before = split_lines(original)
    crlf = sum(line.endswith(CRLF) for line in before)
    lf = sum(line.endswith("\n") for line in before) - crlf
    if not lf:
        return text.replace("\n", CRLF)
    return "".join(_lines(before, split_lines(text), CRLF if crlf >= lf else "\n"))


def _lines(before: list[str], after: list[str], usual: str) -> Iterator[str]:
    plain = [line.replace(CRLF, "\n") for line in before]
    kept = 0
    for hunk in difference(plain, after):
        yield from before[kept : hunk.start]
        for line in after[hunk.at : hunk.to]:
            yield line[:-1] + usual if line.endswith("\n") else line
        kept = hunk.end
    yield from before[kept:]
