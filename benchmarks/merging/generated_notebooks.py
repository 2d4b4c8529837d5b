"""Notebooks and concurrent edits from a seed. The right merge: the steps of both, one by one."""

import random
from collections.abc import Callable, Iterator

from .generated_texts import lines, text
from .mix import NOTEBOOKS, Case
from .steps import (
    Delete,
    Insert,
    Metadata,
    Move,
    Notebook,
    Replace,
    Run,
    Step,
    Type,
    apply,
    new_cell,
    new_notebook,
)

Steps = tuple[list[Step], list[Step]]


def notebook(r: random.Random, cells: int) -> Notebook:
    """Cells of a few lines each; every line ends in a number that makes its words findable."""
    made = []
    for number in range(cells):
        said = [[*line, f"  # n{number}l{at}"] for at, line in enumerate(lines(r, r.randint(3, 8)))]
        said.insert(0, [f"first{number}", " = ", f"left{number}", " + ", f"right{number}"])
        kind = "markdown" if r.random() < 0.2 else "code"
        made.append(new_cell(f"cell{number}", text(said).removesuffix("\n"), kind))
    return new_notebook(made)


def _ids(book: Notebook) -> list[str]:
    return [cell["id"] for cell in book["cells"]]


def _number(cell_id: str) -> int:
    return int(cell_id.removeprefix("cell"))


def _last_line(book: Notebook, cell_id: str) -> str:
    source: str = next(c["source"] for c in book["cells"] if c["id"] == cell_id)
    return "# n" + source.rpartition("# n")[2]


def _different_cells(r: random.Random, book: Notebook) -> Steps:
    a, b, c, d = r.sample(_ids(book), 4)
    return (
        [Replace(a, f"left{_number(a)}", "ours0"), Run(c, 3)],
        [Replace(b, f"first{_number(b)}", "theirs0"), Replace(d, _last_line(book, d), "# theirs1")],
    )


def _different_lines(r: random.Random, book: Notebook) -> Steps:
    cell = r.choice(_ids(book))
    return (
        [Replace(cell, f"right{_number(cell)}", "ours0 * ours1")],
        [Replace(cell, _last_line(book, cell), "# theirs0\ntheirs1 = theirs2")],
    )


def _other_words(r: random.Random, book: Notebook) -> Steps:
    cell = r.choice(_ids(book))
    words = [f"{word}{_number(cell)}" for word in r.sample(["first", "left", "right"], 2)]
    return [Replace(cell, words[0], "ours0")], [Replace(cell, words[1], "theirs0")]


def _inserted(r: random.Random, book: Notebook) -> Steps:
    ids = _ids(book)
    a, b = r.sample(ids, 2) if r.random() < 0.7 else [r.choice(ids)] * 2
    ours: list[Step] = [Insert(a, "new-ours", "ours0 = ours1")]
    theirs: list[Step] = [
        Insert(b, "new-theirs", "theirs0 = theirs1"),
        Insert("new-theirs", "next-theirs", "theirs2 = theirs3"),
    ]
    return ours, theirs


def _moved(r: random.Random, book: Notebook) -> Steps:
    ids = _ids(book)
    moved, after = _a_move(r, ids)
    edited = r.choice([i for i in ids if i != moved])
    return [Replace(edited, f"left{_number(edited)}", "ours0")], [Move(moved, after)]


def _a_move(r: random.Random, ids: list[str]) -> tuple[str, str]:
    """At least two places away, so that there is no doubt which cell was moved."""
    while True:
        moved, after = r.sample(range(len(ids)), 2)
        if after > moved + 1 or after < moved - 2:
            return ids[moved], ids[after]


def _moved_and_changed(r: random.Random, book: Notebook) -> Steps:
    moved, after = _a_move(r, _ids(book))
    return [Replace(moved, f"left{_number(moved)}", "ours0")], [Move(moved, after)]


def _deleted(r: random.Random, book: Notebook) -> Steps:
    a, b, c = r.sample(_ids(book), 3)
    return [Delete(a)], [Delete(c), Replace(b, f"left{_number(b)}", "theirs0")]


def _metadata(r: random.Random, book: Notebook) -> Steps:
    a, b = r.sample(_ids(book), 2)
    choices: list[Steps] = [
        ([Metadata(a, "tags", ["ours0"])], [Metadata(a, "collapsed", True)]),
        ([Metadata(a, "name", "ours0")], [Replace(a, f"left{_number(a)}", "theirs0")]),
        ([Metadata(None, "title", "ours0")], [Metadata(None, "authors", [{"name": "theirs0"}])]),
        ([Replace(b, f"left{_number(b)}", "ours0")], [Type(b, "raw")]),
    ]
    return r.choice(choices)


def _same_word(r: random.Random, book: Notebook) -> Steps:
    cell = r.choice(_ids(book))
    word = f"left{_number(cell)}"
    return [Replace(cell, word, "ours0")], [Replace(cell, word, "theirs0")]


def _deleted_and_changed(r: random.Random, book: Notebook) -> Steps:
    cell = r.choice(_ids(book))
    return [Delete(cell)], [Replace(cell, f"left{_number(cell)}", "theirs0")]


Make = Callable[[random.Random, Notebook], Steps]

MAKERS: dict[str, Make] = {
    "notebook: different cells": _different_cells,
    "notebook: different lines of a cell": _different_lines,
    "notebook: other words of one line": _other_words,
    "notebook: cells inserted": _inserted,
    "notebook: a cell moved": _moved,
    "notebook: a moved cell changed": _moved_and_changed,
    "notebook: cells deleted": _deleted,
    "notebook: metadata and types": _metadata,
    "notebook: the same word": _same_word,
    "notebook: a cell deleted and changed": _deleted_and_changed,
}


def generated_notebooks() -> Iterator[Case]:
    """As many cases of each class as the mix says, with the sides exchanged in every second."""
    for kind, share in NOTEBOOKS.items():
        for number in range(share.generated):
            r = random.Random(f"{kind} {number}")
            book = notebook(r, r.randint(6, 20))
            sides = MAKERS[kind](r, book)
            marks = [_marks(side) for side in sides]
            if number % 2:
                sides, marks = (sides[1], sides[0]), marks[::-1]
            yield case(f"{kind} #{number}", kind, book, sides, marks, share.overlaps)


def case(
    name: str,
    kind: str,
    book: Notebook,
    sides: Steps,
    marks: list[frozenset[str]],
    overlaps: bool,
) -> Case:
    """A case out of the steps of both. Outputs stay as ours, so those of theirs do not count."""
    ours, theirs = sides
    kept = [step for step in theirs if not isinstance(step, Run)]
    return Case(
        name=name,
        kind=kind,
        base=book,
        ours=apply(book, *ours),
        theirs=apply(book, *theirs),
        # ours last: of two insertions at one place, the later comes first
        expected=None if overlaps else apply(book, *kept, *ours),
        marks=(marks[0], marks[1]),
    )


def _marks(steps: list[Step]) -> frozenset[str]:
    said = repr(steps)
    return frozenset(
        word for number in range(5) for word in (f"ours{number}", f"theirs{number}") if word in said
    )
