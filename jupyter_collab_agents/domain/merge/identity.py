"""Which cells of three notebooks are the same cell, also where ids are missing or doubled."""

import re
from collections.abc import Sequence
from hashlib import blake2b

from .difference import difference
from .shape import Cell
from .tokens import split_words

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ALIKE = 0.5
"""Which share of the words two cells must have in common to be one cell that was edited."""


def cell_keys(cells: Sequence[Cell]) -> list[str]:
    """A name for each cell of one notebook: its id, or a made one where that is no use.

    The same cells always get the same names. Of cells with one id, the first keeps it.
    """
    ids = {cell["id"] for cell in cells if usable(cell.get("id"))}
    taken: set[str] = set()
    keys: list[str] = []
    for place, cell in enumerate(cells):
        key = cell["id"] if usable(cell.get("id")) else None
        if key is None or key in taken:
            key = _made(place, cell, ids | taken)
        taken.add(key)
        keys.append(key)
    return keys


def usable(cell_id: object) -> bool:
    """Whether this is a cell id as nbformat wants it."""
    return isinstance(cell_id, str) and _ID.fullmatch(cell_id) is not None


def matched_keys(
    cells: Sequence[Cell],
    others: Sequence[Cell],
    other_keys: Sequence[str],
    *,
    lasting: bool = True,
) -> list[str]:
    """Names for cells, those of ``others`` where they are the same cells.

    The same id is the same cell. Cells without a usable id of their own are compared by what
    they say, between their neighbours, in order. So are those whose id the others do not know,
    if ids are not ``lasting``: some notebooks get new ones whenever they are opened.
    """
    own = cell_keys(cells)
    known = set(other_keys)
    keys = [
        key if key == cell.get("id") and (lasting or key in known) else None
        for key, cell in zip(own, cells, strict=True)
    ]
    named = {key for key in keys if key in known}
    open_cells = [place for place, key in enumerate(keys) if key is None]
    open_others = [place for place, key in enumerate(other_keys) if key not in named]
    if open_cells and open_others:
        for place, other in _pairs(cells, open_cells, others, open_others):
            keys[place] = other_keys[other]
    taken = {key for key in keys if key is not None} | known
    for place, key in enumerate(keys):
        if key is None:
            name = own[place] if own[place] not in taken else _made(place, cells[place], taken)
            keys[place] = name
            taken.add(name)
    return [key for key in keys if key is not None]


def _pairs(
    cells: Sequence[Cell], places: list[int], others: Sequence[Cell], other_places: list[int]
) -> list[tuple[int, int]]:
    before = [_says(others[place]) for place in other_places]
    after = [_says(cells[place]) for place in places]
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for hunk in [*difference(before, after), None]:
        same = (hunk.start if hunk else len(before)) - i
        pairs += [(places[j + k], other_places[i + k]) for k in range(same)]
        if hunk:
            gone, came = other_places[hunk.start : hunk.end], places[hunk.at : hunk.to]
            pairs += _edited(cells, came, others, gone)
            i, j = hunk.end, hunk.to
    return pairs


def _edited(
    cells: Sequence[Cell], came: list[int], others: Sequence[Cell], gone: list[int]
) -> list[tuple[int, int]]:
    """Changed cells in one gap: place by place if as many came as went, else by likeness."""
    if len(came) == len(gone):
        return [
            (c, g)
            for c, g in zip(came, gone, strict=True)
            if cells[c]["cell_type"] == others[g]["cell_type"]
        ]
    pairs: list[tuple[int, int]] = []
    left = list(gone)
    for place in came:
        for at, other in enumerate(left[:50]):
            if _alike(cells[place], others[other]):
                pairs.append((place, other))
                left = left[at + 1 :]
                break
    return pairs


def _alike(cell: Cell, other: Cell) -> bool:
    words, other_words = set(split_words(cell["source"])), set(split_words(other["source"]))
    words, other_words = words - set(" \n"), other_words - set(" \n")
    most = max(len(words), len(other_words))
    return cell["cell_type"] == other["cell_type"] and (
        most > 0 and len(words & other_words) >= _ALIKE * most
    )


def _says(cell: Cell) -> str:
    return f"{cell['cell_type']}\n{cell['source']}"


def _made(place: int, cell: Cell, taken: set[str]) -> str:
    turn = 0
    while True:
        seed = f"{place} {turn} {_says(cell)}".encode(errors="surrogatepass")
        key = blake2b(seed, digest_size=6).hexdigest()
        if key not in taken:
            return key
        turn += 1
