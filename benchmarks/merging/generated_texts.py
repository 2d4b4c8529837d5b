"""Texts and concurrent edits from a seed.

Each line and word of a base has an identity. The right merge is what comes out when the edits of
both are made on the identified parts: no merging is involved.
"""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise

from .mix import TEXTS, Case

Line = list[str]
NAMES = [
    *("rows", "total", "price", "region", "rate", "model", "frame"),
    *("index", "score", "label", "mean", "split", "batch", "value"),
]
CALLS = ["load", "clean", "join", "plot", "fit", "score", "write", "drop", "merge", "count"]


def lines(r: random.Random, count: int) -> list[Line]:
    """Code-like lines with repetitions: blank lines, closing brackets, equal calls."""
    made: list[Line] = []
    for number in range(count):
        a, b, c = r.sample(NAMES, 3)
        call = r.choice(CALLS)
        made.append(
            r.choice(
                [
                    [a, " = ", call, "(", b, ", ", c, ")"],
                    [a, " = ", b, " + ", c, "  # step ", str(number)],
                    ["    ", a, ".", call, "(", b, ")"],
                    ["def ", f"{call}{number}", "(", a, ", ", b, "):"],
                    ["    return ", a],
                    ["print(", a, ", ", b, ")"],
                    ["plt.show()"],
                    [],
                    ["# ", a, " ", b, " é ", c],
                ]
            )
        )
    return made


def text(said: list[Line]) -> str:
    return "".join("".join(line) + "\n" for line in said)


class Edits:
    """The edits of one side, on lines by their number in the base."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.words: set[str] = set()
        self.replaced: dict[int, Line] = {}
        self.inserted: dict[int, list[Line]] = {}
        self.deleted: set[int] = set()
        self.moved: tuple[int, int, int] | None = None

    def word(self) -> str:
        """A word that nobody else says."""
        made = f"{self.mark}{len(self.words)}"
        self.words.add(made)
        return made

    def change_word(self, base: list[Line], line: int, at: int) -> None:
        changed = list(self.replaced.get(line, base[line]))
        changed[at] = self.word()
        self.replaced[line] = changed

    def rewrite(self, line: int) -> None:
        self.replaced[line] = [self.word(), " = ", self.word()]

    def insert(self, after: int, count: int) -> None:
        self.inserted[after] = [[self.word(), "(", self.word(), ")"] for _ in range(count)]


def apply(base: list[Line], *sides: Edits) -> str:
    """A base after the edits of one or both, which do not overlap."""
    blocks = {
        number: [line for side in sides for line in ([side.replaced.get(number)]) if line]
        for number in range(len(base))
    }
    deleted = {number for side in sides for number in side.deleted}
    order = list(range(len(base)))
    for side in sides:
        if side.moved:
            start, count, after = side.moved
            block = order[order.index(start) : order.index(start) + count]
            order = [number for number in order if number not in block]
            at = order.index(after) + 1
            order[at:at] = block
    said: list[Line] = []
    for number in order:
        if number not in deleted:
            changed = blocks[number]
            said.append(_words_of_both(base[number], changed) if changed else base[number])
        for side in sides:
            said += side.inserted.get(number, [])
    return text(said)


def _words_of_both(base: Line, changed: list[Line]) -> Line:
    if changed[0] == changed[-1]:
        return changed[0]
    return [
        next((line[at] for line in changed if line[at] != word), word)
        for at, word in enumerate(base)
    ]


def _far(r: random.Random, count: int, apart: int, among: range) -> list[int]:
    """Numbers of lines with at least ``apart - 1`` lines between them."""
    while True:
        chosen = sorted(r.sample(among, count))
        if all(b - a >= apart for a, b in pairwise(chosen)):
            r.shuffle(chosen)
            return chosen


def _wordy(base: list[Line], line: int) -> list[int]:
    """Which parts of a line are words."""
    return [at for at, part in enumerate(base[line]) if part.isalnum()]


def _different_lines(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    for number, line in enumerate(_far(r, 4, 2, range(len(base)))):
        side = (o, t)[number % 2]
        if r.random() < 0.3 and line + 1 < len(base):
            side.insert(line, r.randint(1, 3))
        else:
            side.rewrite(line)


def _adjacent_lines(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    line = r.randrange(len(base) - 1)
    for side, at in zip(r.sample([o, t], 2), (line, line + 1), strict=True):
        side.rewrite(at)


def _other_words(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    line = r.choice([n for n in range(len(base)) if len(_wordy(base, n)) >= 2])
    for side, at in zip((o, t), r.sample(_wordy(base, line), 2), strict=True):
        side.change_word(base, line, at)


def _moved(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    count = r.randint(1, 4)
    start = r.randrange(2, 8)
    after = r.randrange(start + count + 4, len(base) - 6)
    mover, other = r.sample([o, t], 2)
    for line in range(start, start + count):  # a block that is found nowhere else
        base[line] = [f"block{line}", " = ", f"part{line}"]
    mover.moved = (start, count, after)
    other.rewrite(r.randrange(after + 3, len(base)))


def _deleted(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    start, line = _far(r, 2, 6, range(1, len(base) - 4))
    deleter, other = r.sample([o, t], 2)
    deleter.deleted = set(range(start, start + r.randint(1, 3)))
    other.rewrite(line)


def _same_change(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    first, second, third = _far(r, 3, 2, range(len(base)))
    said = [r.choice(NAMES), " = ", "agreed"]
    o.replaced[first] = t.replaced[first] = said
    o.rewrite(second)
    t.rewrite(third)


def _same_word(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    line = r.choice([n for n in range(len(base)) if _wordy(base, n)])
    at = r.choice(_wordy(base, line))
    o.change_word(base, line, at)
    t.change_word(base, line, at)


def _deleted_and_changed(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    line = r.choice([n for n in range(len(base)) if _wordy(base, n)])
    deleter, other = r.sample([o, t], 2)
    deleter.deleted = {line}
    other.change_word(base, line, r.choice(_wordy(base, line)))


def _same_place(r: random.Random, base: list[Line], o: Edits, t: Edits) -> None:
    line = r.randrange(len(base))
    o.insert(line, r.randint(1, 3))
    t.insert(line, r.randint(1, 3))


Make = Callable[[random.Random, list[Line], Edits, Edits], None]

MAKERS: dict[str, Make] = {
    "text: different lines": _different_lines,
    "text: adjacent lines": _adjacent_lines,
    "text: other words of one line": _other_words,
    "text: a block moved": _moved,
    "text: lines deleted": _deleted,
    "text: the same change twice": _same_change,
    "text: the same word": _same_word,
    "text: deleted and changed": _deleted_and_changed,
    "text: two insertions at one place": _same_place,
}


def generated_texts() -> Iterator[Case]:
    """As many cases of each class as the mix says."""
    for kind, share in TEXTS.items():
        for number in range(share.generated):
            r = random.Random(f"{kind} {number}")
            base = lines(r, r.randint(20, 60))
            o, t = Edits("ours"), Edits("theirs")
            MAKERS[kind](r, base, o, t)
            yield Case(
                name=f"{kind} #{number}",
                kind=kind,
                base=text(base),
                ours=apply(base, o),
                theirs=apply(base, t),
                expected=None if share.overlaps else apply(base, o, t),
                marks=(frozenset(o.words), frozenset(t.words)),
            )
