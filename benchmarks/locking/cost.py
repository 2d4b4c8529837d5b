"""What the gate costs for each update of somebody who holds nothing: 300 cells, 1 letter."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from jupyter_ydoc import YNotebook
from pycrdt import Array, Doc

from jupyter_collab_agents.documents.gate.gate import Gate, Writer
from jupyter_collab_agents.documents.protection import FREE, READ_ONLY, Protected

from .schedule import Locks, Room

CELLS = 300
LETTERS = 500
CASES = {
    "nothing locked": FREE,
    "one cell locked, another one typed into": Protected(cells=frozenset(["c10"])),
    "one cell locked, typed into": Protected(cells=frozenset(["c150"])),
    "20 cells locked, another one typed into": Protected(
        cells=frozenset(f"c{n}" for n in range(20))
    ),
    "the notebook locked, typed into": Protected(everything=True),
    "read-only account, types": READ_ONLY,
}


class Fixed(Locks):
    """The same for everybody."""

    def __init__(self, protected: Protected) -> None:
        super().__init__()
        self._protected = protected

    def of(self, document_id: str, participant_id: str) -> Protected:
        return self._protected


def costs() -> Iterator[str]:
    """Lines of a table: milliseconds per update."""
    yield f"milliseconds per update, {CELLS} cells             median     99 %"
    content = notebook()
    for name, protected in CASES.items():
        took = sorted(measure(content, protected))
        yield f"{name:<45} {median(took):>9.3f} {took[int(len(took) * 0.99)]:>8.3f}"


def measure(content: bytes, protected: Protected) -> list[float]:
    """Milliseconds of each update."""
    room, gate = Room(content), Gate()
    gate.protection = Fixed(protected)
    client: Doc[Any] = Doc()
    client.apply_update(content)
    updates: list[bytes] = []
    client.observe(lambda event: updates.append(event.update))
    source = client.get("cells", type=Array)[CELLS // 2]["source"]
    for _ in range(LETTERS):
        source.insert(3, "x")
    took = []
    for update in updates:
        began = time.perf_counter()
        gate.apply(room, update, Writer("user:a", "user:a"))
        took.append(1000 * (time.perf_counter() - began))
    return took[1:]  # the first one makes the copy


def notebook() -> bytes:
    notebook = YNotebook(Doc(client_id=0))
    cells = [
        {
            "id": f"c{n}",
            "cell_type": "code",
            "source": f"x = {n}\n" * 10,
            "metadata": {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "out\n" * 50}],
            "execution_count": 1,
        }
        for n in range(CELLS)
    ]
    notebook.set({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    update: bytes = notebook.ydoc.get_update()
    return update
