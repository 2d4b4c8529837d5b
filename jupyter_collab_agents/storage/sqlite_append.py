"""The hot path: many entries, few statements.

Entries are decided in order against the sessions' last seqs, their rows collected, and each
table written by multi-row statements. Every call into SQLite hands the interpreter to the
event loop's thread and must get it back, so calls are what costs, not rows.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from .entries import posted_seq
from .store import Entry, MessageRecord, Outcome, Result

_SIZES = (64, 32, 16, 8, 4, 2, 1)


class Place:
    """A session as the writer knows it: its row, and how far its log is."""

    __slots__ = ("last_seq", "row_id")

    def __init__(self, row_id: int, last_seq: int) -> None:
        self.row_id = row_id
        self.last_seq = last_seq


Places = dict[str, Place]
"""What the writer remembers by session id. It is the file's only writer, so it may."""

_Seqs = tuple[int, int]
_CommandKey = tuple[int, str, str]


class _Rows:
    """One statement for 1, 2, 4 … 64 rows of ``width`` columns each."""

    def __init__(self, before: str, width: int, after: str = "") -> None:
        row = f"({','.join('?' * width)})"
        self._width = width
        self._by_size = [(n, f"{before}{','.join([row] * n)}{after}") for n in _SIZES]

    def execute(self, connection: sqlite3.Connection, flat: list[Any]) -> list[Any]:
        """Run for all rows, given one after the other; returns the rows that come back."""
        found: list[Any] = []
        start, left = 0, len(flat) // self._width
        for size, statement in self._by_size:
            while left >= size:
                end = start + size * self._width
                found += connection.execute(statement, flat[start:end]).fetchall()
                start, left = end, left - size
        return found


_FIND_COMMANDS = _Rows(
    "WITH asked (a, b, c) AS (VALUES ",
    3,
    ") SELECT session, author, ref, first_seq, last_seq"
    # CROSS JOIN keeps this order: look up each one asked for, do not read all there are
    " FROM asked CROSS JOIN commands ON session = a AND author = b AND ref = c",
)
_PUT_COMMANDS = _Rows("INSERT INTO commands (session, author, ref, first_seq, last_seq) VALUES ", 5)
_PUT_EVENTS = _Rows("INSERT INTO events (session, seq, type, at, message_id, payload) VALUES ", 6)
_PUT_BODIES = _Rows("INSERT INTO bodies (session, seq, body) VALUES ", 3)
_PUT_MESSAGES = _Rows(
    "INSERT INTO messages (session, message_id, author, at, thread_id, data, body, seq) VALUES ",
    8,
    " ON CONFLICT (session, message_id) DO UPDATE SET author = excluded.author,"
    " at = excluded.at, thread_id = excluded.thread_id, data = excluded.data,"
    " body = excluded.body, seq = excluded.seq",
)
_CHANGE_MESSAGE = (
    "UPDATE messages SET author = ?, at = ?, thread_id = ?, data = ?, body = ?"
    " WHERE session = ? AND message_id = ?"
)
_MOVE_SESSIONS = _Rows(
    "WITH moved (session, seq, at, new_line) AS (VALUES ",
    4,
    ") UPDATE sessions SET last_seq = seq, last_at = coalesce(at, last_at),"
    " line = coalesce(new_line, line) FROM moved WHERE id = session",
)
_ERASE_BODIES = (
    "DELETE FROM bodies WHERE session = ?1 AND seq IN"
    " (SELECT seq FROM events WHERE session = ?1 AND message_id = ?2)"
)
_ERASE_MESSAGE = "UPDATE messages SET body = '' WHERE session = ? AND message_id = ?"


class _Pending:
    """Rows not written yet, flat, in the columns' order of the statements above."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._begin()

    def _begin(self) -> None:
        self.commands: list[Any] = []
        self.events: list[Any] = []
        self.bodies: list[Any] = []
        self._posted: dict[tuple[int, str], tuple[MessageRecord, int]] = {}
        self._changed: dict[tuple[int, str], MessageRecord] = {}
        self._moved: dict[int, tuple[int, int | None, bytes | None]] = {}

    def put_message(self, row_id: int, record: MessageRecord, seq: int | None) -> None:
        """Only the last version of a message within a batch is written."""
        key = (row_id, record.message_id)
        if seq is None:
            posted = self._posted.get(key)
            if posted is None:
                self._changed[key] = record
                return
            seq = posted[1]
        else:
            self._changed.pop(key, None)
        self._posted[key] = (record, seq)

    def move_session(
        self, row_id: int, last_seq: int, last_at: int | None, line: bytes | None
    ) -> None:
        """A session's log and list line after one more entry; null means unchanged."""
        before = self._moved.get(row_id)
        if before is not None:
            last_at = before[1] if last_at is None else last_at
            line = before[2] if line is None else line
        self._moved[row_id] = (last_seq, last_at, line)

    def erase(self, row_id: int, message_ids: Sequence[str]) -> None:
        """Erase what is written and what was about to be."""
        self.write()
        keys = [(row_id, message_id) for message_id in message_ids]
        self._connection.executemany(_ERASE_BODIES, keys)
        self._connection.executemany(_ERASE_MESSAGE, keys)

    def write(self) -> None:
        """Write all rows and begin anew."""
        connection = self._connection
        _PUT_COMMANDS.execute(connection, self.commands)
        _PUT_EVENTS.execute(connection, self.events)
        _PUT_BODIES.execute(connection, self.bodies)
        posted: list[Any] = []
        for (row_id, message_id), (record, seq) in self._posted.items():
            posted += (row_id, message_id, record.author, record.at, record.thread_id)
            posted += (record.data, record.body, seq)
        _PUT_MESSAGES.execute(connection, posted)
        for (row_id, message_id), record in self._changed.items():
            values = (record.author, record.at, record.thread_id, record.data, record.body)
            connection.execute(_CHANGE_MESSAGE, (*values, row_id, message_id))
        moved: list[Any] = []
        for row_id, columns in self._moved.items():
            moved += (row_id, *columns)
        _MOVE_SESSIONS.execute(connection, moved)
        self._begin()


def append(
    connection: sqlite3.Connection, places: Places, entries: Sequence[Entry]
) -> list[Outcome]:
    """Store entries inside the open transaction; one outcome per entry, in order.

    When it raises, the transaction must be rolled back and ``places`` forgotten.
    """
    _find_places(connection, places, entries)
    known = _known_commands(connection, places, entries)
    pending = _Pending(connection)
    outcomes = []
    for entry in entries:
        place = places.get(entry.session_id)
        if place is None:
            outcomes.append(Outcome(Result.NO_SESSION, 0, 0))
            continue
        key = (place.row_id, entry.author, entry.ref)
        seqs = known.get(key)
        if seqs is not None:
            outcomes.append(duplicate(*seqs))
        elif entry.expected_seq is not None and entry.expected_seq != place.last_seq:
            outcomes.append(Outcome(Result.CONFLICT, 0, 0))
        else:
            outcome = _collect(pending, place, entry)
            known[key] = (outcome.first_seq, place.last_seq)
            outcomes.append(outcome)
    pending.write()
    return outcomes


def duplicate(first_seq: int, last_seq: int) -> Outcome:
    """The outcome of a resend from its row in ``commands``.

    ``first_seq`` is 0 where the entry had no events; ``last_seq`` is then where the log was.
    """
    return Outcome(Result.DUPLICATE, first_seq, last_seq if first_seq else 0)


def _find_places(connection: sqlite3.Connection, places: Places, entries: Sequence[Entry]) -> None:
    for session_id in {entry.session_id for entry in entries if entry.session_id not in places}:
        row = connection.execute(
            "SELECT id, last_seq FROM sessions WHERE session_id = ?", (session_id,)
        ).fetchone()
        if row is not None:
            places[session_id] = Place(*row)


def _known_commands(
    connection: sqlite3.Connection, places: Places, entries: Sequence[Entry]
) -> dict[_CommandKey, _Seqs]:
    keys: list[Any] = []
    for entry in entries:
        place = places.get(entry.session_id)
        if place is not None:
            keys += (place.row_id, entry.author, entry.ref)
    found = _FIND_COMMANDS.execute(connection, keys)
    return {(session, author, ref): (first, last) for session, author, ref, first, last in found}


def _collect(pending: _Pending, place: Place, entry: Entry) -> Outcome:
    row_id = place.row_id
    first, last = place.last_seq + 1, place.last_seq
    at = None
    for event in entry.events:
        last += 1
        at = event.at
        pending.events += (row_id, last, event.type, at, event.message_id, event.payload)
        if event.body is not None:
            pending.bodies += (row_id, last, event.body)
    for record in entry.messages:
        pending.put_message(row_id, record, posted_seq(entry, record, first))
    place.last_seq = last
    stored = last >= first
    pending.commands += (row_id, entry.author, entry.ref, first if stored else 0, last)
    if stored or entry.index is not None:
        pending.move_session(row_id, last, at, entry.index)
    if entry.erase:
        pending.erase(row_id, entry.erase)
    return Outcome(Result.STORED, first, last) if stored else Outcome(Result.STORED, 0, 0)
