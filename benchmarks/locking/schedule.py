"""One random schedule: people who edit a notebook at once, some of it locked by some of them.

Checked after each update that reaches the room: what its author may not change is as it was, to
the last character. Checked in the end: everybody has the same.
"""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from jupyter_ydoc import YNotebook
from msgspec import Struct, field
from pycrdt import Array, Doc, Map

from jupyter_collab_agents.documents.gate.gate import Gate, Missing, Writer
from jupyter_collab_agents.documents.gate.notebook import EXECUTION, EXECUTION_METADATA
from jupyter_collab_agents.documents.protection import FREE, Protected, PutBack

from .replicas import Browsers, Edit, PycrdtReplica, Replica, YjsReplica, fresh

WORDS = ("x", "hello ", "é", "漢字", "😀", "\n", "e\u0301", "אב", "tab\t")
KINDS = (
    ["type"] * 8 + ["erase"] * 4 + ["remove", "move", "retype", "add", "tag", "tag", "run"]
    + ["undo"] * 3 + ["redo"]
)  # fmt: skip
NOBODY = "nobody"
"""Holds what is read-only for everybody."""


class Failure(AssertionError):
    """Something that must not happen; ``seed`` repeats it."""


class Outcome(Struct):
    """What one schedule did."""

    people: int = 0
    browsers: int = 0
    updates: int = 0
    put_back: Counter[str] = field(default_factory=Counter)
    asked_for_all: int = 0


class Locks:
    """Who holds what now."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.document: str | None = None

    def of(self, document_id: str, participant_id: str) -> Protected:
        if not self.cells and self.document is None:
            return FREE
        return Protected(
            everything=self.document not in (None, participant_id),
            cells=frozenset(c for c, who in self.cells.items() if who != participant_id),
            held=frozenset(c for c, who in self.cells.items() if who == participant_id),
        )

    def put_back(self, document_id: str, participant_id: str, what: Sequence[PutBack]) -> None:
        """They are counted where they come from."""


class Room:
    """As much of a room as the gate needs."""

    room_id = "json:notebook:d1"
    file_type = "notebook"

    def __init__(self, content: bytes) -> None:
        self.ydoc: Doc[Any] = Doc()
        self.ydoc.apply_update(content)
        self.cells = self.ydoc.get("cells", type=Array)
        self.meta = self.ydoc.get("meta", type=Map)


class Person:
    """A client, and what is on its way to and from the room."""

    def __init__(self, name: str, replica: Replica) -> None:
        self.name = name
        self.replica = replica
        self.outbox: list[bytes] = []
        self.inbox: list[bytes] = []
        self.offline = False


class Schedule:
    """See the module."""

    def __init__(self, seed: int, browsers: Browsers | None) -> None:
        self._seed = seed
        self._rng = rng = random.Random(seed)
        content = _notebook(rng)
        self._room = Room(content)
        self._locks = Locks()
        self._gate = Gate()
        self._gate.protection = self._locks
        self.outcome = Outcome(people=rng.randrange(3, 6))
        self._people = []
        for number in range(self.outcome.people):
            replica: Replica
            if browsers is not None and (number == 0 or rng.random() < 0.4):
                replica = YjsReplica(browsers, content)
                self.outcome.browsers += 1
            else:
                replica = PycrdtReplica(content)
            self._people.append(Person(f"user:{number}", replica))
        self._room.ydoc.observe(self._told)
        self._made = 0

    def run(self) -> Outcome:
        """Raises ``Failure``."""
        self._lock()
        for _ in range(self._rng.randrange(40, 120)):
            self._step()
        for person in self._people:
            self._come_back(person)
            self._deliver_all(person)
        for person in self._people:
            self._deliver_all(person)
        self._check_equal()
        for person in self._people:
            person.replica.drop()
        return self.outcome

    # --- what happens ---------------------------------------------------------------------

    def _step(self) -> None:
        person = self._rng.choice(self._people)
        chance = self._rng.random()
        if chance < 0.55:
            self._edit(person)
        elif chance < 0.75:
            self._send_one(person)
        elif chance < 0.9:
            if person.inbox and not person.offline:
                person.replica.take(person.inbox.pop(0))
        elif chance < 0.96:
            if person.offline:
                self._come_back(person)
            else:
                person.offline = True
        else:
            self._lock()

    def _edit(self, person: Person) -> None:
        rng = self._rng
        kind = rng.choice(KINDS)
        self._made += 1
        text = f"n{self._made}" if kind == "add" else rng.choice(WORDS)
        edit = Edit(kind, rng.randrange(100), rng.randrange(100), rng.randrange(100), text)
        person.outbox += person.replica.edit(edit)

    def _lock(self) -> None:
        """Locks change hands; nothing is said about what is on its way."""
        rng = self._rng
        ids = [cell["id"] for cell in self._room.cells]
        holders = [person.name for person in self._people]
        self._locks.cells = {cell_id: rng.choice(holders) for cell_id in ids if rng.random() < 0.35}
        self._locks.document = rng.choice([*holders, NOBODY]) if rng.random() < 0.25 else None

    def _send_one(self, person: Person) -> None:
        if person.outbox and not person.offline:
            self._arrive(person, person.outbox.pop(0))

    def _deliver_all(self, person: Person) -> None:
        while person.outbox:
            self._send_one(person)
        while person.inbox:
            person.replica.take(person.inbox.pop(0))

    def _come_back(self, person: Person) -> None:
        """Both say what they have, and get what they lack."""
        person.offline = False
        person.outbox.clear()
        person.inbox.clear()
        self._arrive(person, person.replica.since(self._room.ydoc.get_state()))
        person.replica.take(self._room.ydoc.get_update(person.replica.state()))
        person.inbox.clear()

    def _arrive(self, person: Person, update: bytes) -> None:
        self.outcome.updates += 1
        protected = self._locks.of("d1", person.name)
        before = kept(self._room, protected)
        try:
            put_back = self._gate.apply(self._room, update, Writer(person.name, person.name))
        except Missing:
            self.outcome.asked_for_all += 1
            return self._come_back(person)
        self.outcome.put_back.update(one.what for one in put_back)
        after = kept(self._room, protected)
        if before != after:
            raise Failure(f"seed {self._seed}: {person.name} changed {before!r} to {after!r}")
        return None

    def _told(self, event: Any) -> None:
        for person in self._people:
            if not person.offline:
                person.inbox.append(event.update)

    def _check_equal(self) -> None:
        expected = _plain(self._room.cells.to_py())
        for person in self._people:
            if _plain(person.replica.content()) != expected:
                raise Failure(f"seed {self._seed}: {person.name} has something else")


def _notebook(rng: random.Random) -> bytes:
    notebook = YNotebook(Doc(client_id=0))
    cells = [
        {**fresh(f"c{n}"), "source": "".join(rng.choices(WORDS, k=5)), "outputs": [],
         "execution_count": None} for n in range(rng.randrange(3, 7))
    ]  # fmt: skip
    notebook.set({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    update: bytes = notebook.ydoc.get_update()
    return update


def kept(room: Room, protected: Protected) -> Any:
    """What an author must leave as it is."""
    if protected == FREE:
        return None
    cells = [_locked_part(cell) for cell in room.cells.to_py()]
    if protected.everything:
        return cells, room.meta.to_py()
    return sorted((c for c in cells if c["id"] in protected.cells), key=lambda c: str(c["id"]))


def _locked_part(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in cell.items() if name not in EXECUTION}
    kept["metadata"] = {k: v for k, v in cell["metadata"].items() if k not in EXECUTION_METADATA}
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k != "execution_state"}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
