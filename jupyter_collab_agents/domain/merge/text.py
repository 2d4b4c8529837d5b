"""Three-way merge of texts: by lines, and by words where both changed the same lines."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from .changes import reads_as_block
from .conflicts import Conflict, ConflictKind
from .difference import EXACT
from .edits import Edit, edits_within, minimal_edits
from .pieces import Piece, Side, pieces
from .tokens import split_lines, split_words
from .values import merge_value

_ENDS = re.compile(r"\r\n|\n|\r")


class TextMerge(Struct, frozen=True):
    """The merged text, the edits that make it out of ours, and what is left to decide."""

    text: str
    edits: list[Edit]
    conflicts: list[Conflict]


class _Stretch(Struct, frozen=True, gc=False):
    """A part of the result: the three versions, and what stands (None: they clash)."""

    base: str
    ours: str
    theirs: str
    merged: str | None


def merge_texts(base: str, ours: str, theirs: str) -> TextMerge:
    """Merge what ours and theirs changed since base.

    - Changes of different lines are merged, also of adjacent ones; of one line those of different
      words, as long as each side left at least half of the line as it was.
    - The same change on both sides is made once.
    - Everything else is a conflict: ours stays, the conflict has both sides as whole lines.
    - Line ends are one choice for the whole text where each text has one kind of them, and
      whether the last line has one is another. If both sides chose anew, ours stands.
    """
    if theirs in {base, ours}:
        return TextMerge(ours, [], [])
    if ours == base:
        return TextMerge(theirs, minimal_edits(ours, theirs), [])
    forms = [_form(text) for text in (base, ours, theirs)]
    end = _chosen_end([form.ends for form in forms])
    if all(form.final and form.ends <= {end} for form in forms):
        return _merge(base, ours, theirs)
    merged = _merge(*(_in_form(text, end) for text in (base, ours, theirs)))
    if not merge_value(forms[0].final, forms[1].final, forms[2].final)[0]:
        merged = _without_final_end(merged)
    return TextMerge(merged.text, minimal_edits(ours, merged.text), merged.conflicts)


class _Form(NamedTuple):
    """How a text ends its lines: with what, and also the last one?"""

    ends: set[str]
    final: bool


def _form(text: str) -> _Form:
    return _Form(set(_ENDS.findall(text)), not text or text[-1] in "\r\n")


def _chosen_end(ends: Sequence[set[str]]) -> str | None:
    """The line end that all lines get, or None if a text has several kinds of them."""
    if any(len(kinds) > 1 for kinds in ends):
        return None
    base, ours, theirs = ("".join(kinds) for kinds in ends)
    ours, theirs = ours or base, theirs or base
    return (theirs if ours == base else ours) or theirs or "\n"


def _in_form(text: str, end: str | None) -> str:
    """With the chosen line ends, and one behind the last line."""
    if not _form(text).final:
        text += end or "\n"
    return text if end is None else _ENDS.sub(end, text)


def _without_final_end(merged: TextMerge) -> TextMerge:
    """A conflict about the last lines now begins with the end of the line before them."""
    text, conflicts = _cut(merged.text), list(merged.conflicts)
    last = conflicts[-1] if conflicts else None
    if last is not None and last.start + len(last.ours) == len(merged.text):
        start = len(_cut(merged.text[: last.start]))
        front = merged.text[start : last.start]
        base, ours, theirs = (
            front + _cut(side) if side else "" for side in (last.base, last.ours, last.theirs)
        )
        conflicts[-1] = _conflict(base, ours, theirs, start)
    return TextMerge(text, [], conflicts)


def _cut(text: str) -> str:
    """A text without the last line end."""
    return text.removesuffix("\n").removesuffix("\r") if text[-1:] in {"\n", "\r"} else text


def _merge(base: str, ours: str, theirs: str) -> TextMerge:
    parts: list[str] = []
    edits: list[Edit] = []
    conflicts: list[Conflict] = []
    at = here = 0  # in the merged text, in ours
    gone = ""  # of the base, since the last conflict, if nothing is left between
    for stretch in _stretches(base, ours, theirs):
        merged = stretch.merged
        if merged is None:
            merged = stretch.ours
            last = conflicts[-1] if conflicts else None
            if last is not None and last.start + len(last.ours) == at:
                conflicts[-1] = _conflict(
                    last.base + gone + stretch.base,
                    last.ours + stretch.ours,
                    last.theirs + stretch.theirs,
                    last.start,
                )
            else:
                conflicts.append(_conflict(stretch.base, stretch.ours, stretch.theirs, at))
            gone = ""
        else:
            gone = "" if merged else gone + stretch.base
            if merged != stretch.ours:
                edits += edits_within(stretch.ours, merged, here)
        parts.append(merged)
        at += len(merged)
        here += len(stretch.ours)
    return TextMerge("".join(parts), edits, conflicts)


def _stretches(base: str, ours: str, theirs: str) -> Iterator[_Stretch]:
    for piece in pieces(split_lines(base), split_lines(ours), split_lines(theirs), reads_as_block):
        if piece.side is Side.CLASH:
            yield from _by_words(*_joined(piece))
        else:
            yield _Stretch(*_joined(piece), "".join(piece.merged))


def _by_words(base: str, ours: str, theirs: str) -> Iterator[_Stretch]:
    """Lines that both changed, cut again where a line end stayed on both sides."""
    if not base:
        yield from _added_by_both(split_lines(ours), split_lines(theirs))
        return
    before, mine, yours = (split_words(text) for text in (base, ours, theirs))
    if len(before) * max(len(mine), len(yours)) > EXACT:
        yield _Stretch(base, ours, theirs, None)
        return
    group: list[Piece] = []
    for piece in pieces(before, mine, yours):
        if piece.side is not Side.NOBODY:
            group.append(piece)
            continue
        start = 0
        for at, word in enumerate(piece.base, 1):
            if _ENDS.fullmatch(word):
                yield _line([*group, _kept(piece.base[start:at])])
                start, group = at, []
        if start < len(piece.base):
            group.append(_kept(piece.base[start:]))
    if group:
        yield _line(group)


def _added_by_both(ours: list[str], theirs: list[str]) -> Iterator[_Stretch]:
    """Different lines at one place: what they begin and end with alike is there once.

    Lines of one side only are here because they would stand twice, and are asked about.
    """
    if not ours or not theirs:
        yield _Stretch("", "".join(ours), "".join(theirs), None)
        return
    shorter = min(len(ours), len(theirs))
    front = back = 0
    while front < shorter and ours[front] == theirs[front]:
        front += 1
    while back < shorter - front and ours[-1 - back] == theirs[-1 - back]:
        back += 1
    parts = (slice(0, front), slice(front, -back or None), slice(len(ours) - back, None))
    alike, mine, ends = ("".join(ours[part]) for part in parts)
    yours = "".join(theirs[parts[1]])
    yield _Stretch("", alike, alike, alike)
    yield _Stretch("", mine, yours, None if mine and yours else mine or yours)
    yield _Stretch("", ends, ends, ends)


def _kept(words: Sequence[str]) -> Piece:
    return Piece(Side.NOBODY, words, words, words)


def _line(group: list[Piece]) -> _Stretch:
    """What both made of one line, if both left enough of it to say that they meant the same."""
    whole = [
        "".join("".join(texts) for texts in versions)
        for versions in zip(*(piece[1:] for piece in group), strict=True)
    ]
    sides = {piece.side for piece in group}
    merged: str | None = "".join("".join(piece.merged) for piece in group)
    if Side.CLASH in sides or (
        {Side.OURS, Side.THEIRS} <= sides
        and min(_left(group, Side.OURS), _left(group, Side.THEIRS)) < 0.5
    ):
        merged = None
    return _Stretch(whole[0], whole[1], whole[2], merged)


def _left(group: list[Piece], side: Side) -> float:
    """Which share of the base's words and signs a side left as they were."""
    total = kept = 0
    for piece in group:
        size = sum(not word.isspace() for word in piece.base)
        total += size
        if piece.side not in {side, Side.BOTH}:
            kept += size
    return kept / total if total else 0.0


def _joined(piece: Piece) -> tuple[str, str, str]:
    return "".join(piece.base), "".join(piece.ours), "".join(piece.theirs)


def _conflict(base: str, ours: str, theirs: str, start: int) -> Conflict:
    return Conflict(kind=ConflictKind.SOURCE, base=base, ours=ours, theirs=theirs, start=start)
