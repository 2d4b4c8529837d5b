"""Cases from the histories: any two edits of a document, sorted into the classes of the mix.

The right merge replaces the texts of both. The class comes from the lines and words that the
edits touch in the base: words are told apart by spaces and signs, by a rule of its own here.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

from .histories import HISTORIES, Edit
from .mix import TEXTS, Case

_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*")


class Span(NamedTuple):
    """What an edit really touches: characters, and lines (none for whole lines put in)."""

    start: int
    end: int
    first_line: int
    last_line: int


def history_texts() -> Iterator[Case]:
    """As many pairs of each class as the mix says, chosen by a seed."""
    pairs: dict[str, list[tuple[str, str, Edit, Edit]]] = defaultdict(list)
    for name, (base, edits) in HISTORIES.items():
        for ours, theirs in permutations(edits, 2):
            kind = kind_of(base, ours, theirs)
            if kind is not None:
                pairs[kind].append((name, base, ours, theirs))
    for kind, share in TEXTS.items():
        if kind == "text: the same change twice":
            yield from _with_a_common_edit(pairs["text: different lines"], kind, share.histories)
            continue
        chosen = random.Random(kind).sample(pairs[kind], share.histories)
        for number, (name, base, ours, theirs) in enumerate(chosen):
            expected = None if share.overlaps else replaced(base, ours, theirs)
            yield _case(f"{kind}, {name} {number}", kind, base, [ours], [theirs], expected)


def _with_a_common_edit(
    pairs: list[tuple[str, str, Edit, Edit]], kind: str, count: int
) -> Iterator[Case]:
    r = random.Random(kind)
    found = 0
    while found < count:
        name, base, ours, theirs = r.choice(pairs)
        both = r.choice(HISTORIES[name][1])
        kinds = {kind_of(base, both, ours), kind_of(base, both, theirs)}
        if kinds == {"text: different lines"}:
            expected = replaced(base, ours, theirs, both)
            yield _case(
                f"{kind}, {name} {found}", kind, base, [ours, both], [theirs, both], expected
            )
            found += 1


def _case(
    name: str, kind: str, base: str, ours: list[Edit], theirs: list[Edit], expected: str | None
) -> Case:
    sides = replaced(base, *ours), replaced(base, *theirs)
    known = set(_WORD.findall(base))
    marks = [frozenset(set(_WORD.findall(side)) - known) for side in sides]
    return Case(name, kind, base, *sides, expected, (marks[0], marks[1]))


def replaced(base: str, *edits: Edit) -> str:
    """The base with all replacements, which do not overlap."""
    places: list[tuple[int, int, str]] = []
    for edit in edits:
        for find, by in edit.replacements:
            assert base.count(find) == 1, find
            places.append(_trimmed(base.index(find), find, by))
    for start, end, by in sorted(set(places), reverse=True):
        base = base[:start] + by + base[end:]
    return base


def _trimmed(at: int, find: str, by: str) -> tuple[int, int, str]:
    """A replacement without what stays in front and behind; whole lines stay whole."""
    lines, new = find.splitlines(keepends=True), by.splitlines(keepends=True)
    while lines and new and lines[0] == new[0]:
        at += len(lines.pop(0))
        new.pop(0)
    while lines and new and lines[-1] == new[-1]:
        lines.pop()
        new.pop()
    old, by = "".join(lines), "".join(new)
    words, new_words = re.findall(r"\w+|\W", old), re.findall(r"\w+|\W", by)
    while words and new_words and words[0] == new_words[0]:
        at += len(words.pop(0))
        new_words.pop(0)
    while words and new_words and words[-1] == new_words[-1]:
        words.pop()
        new_words.pop()
    return at, at + len("".join(words)), "".join(new_words)


def spans(base: str, edit: Edit) -> list[Span]:
    """The places in the base that an edit touches."""
    found: list[Span] = []
    for find, by in edit.replacements:
        start, end, new = _trimmed(base.index(find), find, by)
        first = base.count("\n", 0, start)
        whole_lines = new.endswith("\n") or not new
        at_start = start == 0 or base[start - 1] == "\n"
        lines_only = at_start and whole_lines and (start == end or base[end - 1] == "\n")
        last = base.count("\n", 0, end) - (1 if lines_only else 0)
        found.append(Span(start, end, first, last))
    return found


def kind_of(base: str, ours: Edit, theirs: Edit) -> str | None:
    """The class of a pair, or None where it fits none (it would be two of them at once)."""
    mine, yours = spans(base, ours), spans(base, theirs)
    kinds = {ours.kind, theirs.kind}
    relations = {_relation(base, a, b) for a in mine for b in yours}
    if kinds == {"move", "change"}:
        return "text: a block moved" if relations == {"apart"} else None
    if "move" in kinds:
        return None
    relation = relations.pop()
    if "delete" in kinds:
        if relation in {"apart", "adjacent"}:
            return "text: lines deleted"
        return "text: deleted and changed" if kinds == {"delete", "change"} else None
    return {
        "apart": "text: different lines",
        "adjacent": "text: adjacent lines",
        "words": "text: other words of one line",
        "same": "text: the same word",
        "place": "text: two insertions at one place",
    }.get(relation)


def _relation(base: str, a: Span, b: Span) -> str:
    if a.start == a.end == b.start == b.end:
        return "place"
    if a.first_line > a.last_line or b.first_line > b.last_line:  # one puts in whole lines
        line, other = (a, b) if a.first_line > a.last_line else (b, a)
        if other.first_line < line.first_line <= other.last_line:
            return "within"
        touches = line.first_line in {other.first_line, other.last_line + 1}
        return "adjacent" if touches else "apart"
    if a.last_line < b.first_line or b.last_line < a.first_line:
        touches = b.first_line == a.last_line + 1 or a.first_line == b.last_line + 1
        return "adjacent" if touches else "apart"
    if a.first_line != a.last_line or b.first_line != b.last_line:
        return "within"
    if a.start > b.start:
        a, b = b, a
    return "words" if a.end < b.start else "same" if a.end > b.start else "touching"
