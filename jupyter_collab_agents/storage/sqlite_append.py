"""The hot path: many entries, one statement.

Entries are decided in order against the sessions' last seqs, and their events collected as rows
of the view ``arrivals``, which brings each to its tables. Every call into SQLite hands the
interpreter to the event loop's thread and must get it back, so calls are what costs, not rows.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from .entries import posted_seq
from .sqlite_connection import transaction
from .store import Entry, MessageRecord, Outcome, Result


class Place:
    """A session as the writer knows it: its row, and how far its log is."""

    __slots__ = ("last_seq", "row_id")

    def __init__(self, row_id: int, last_seq: int) -> None:
        self.row_id = row_id
        self.last_seq = last_seq


Places = dict[str, Place]
"""What the writer remembers by session id. It is the file's only writer, so it may."""

_CommandKey = tuple[int, str, str]
_Seqs = tuple[int, int]
Known = dict[_CommandKey, _Seqs]
"""Commands that were stored: their first and last seq."""

_WIDTH = 14
_NOTHING = [None] * _WIDTH
_BARE = [None] * 4
_ROW = f"({','.join('?' * _WIDTH)})"
_MOST = 64
_ARRIVE = {
    count: f"INSERT INTO arrivals VALUES {','.join([_ROW] * count)}"  # noqa: S608 - constants
    for count in (1, 2, 4, 8, 16, 32, _MOST)
}
_FIND_COMMAND = (
    "SELECT first_seq, last_seq FROM commands WHERE session = ? AND author = ? AND ref = ?"
)
_PUT_COMMAND = (
    "INSERT INTO commands (session, author, ref, first_seq, last_seq) VALUES (?, ?, ?, 0, ?)"
)
_CHANGE_MESSAGE = (
    "UPDATE messages SET at = ?, thread_id = ?, data = ?, body = ? WHERE id IN"
    " (SELECT id FROM events WHERE session = ? AND message_id = ?)"
)
_ERASE_EVENTS = "UPDATE events SET body = NULL WHERE session = ? AND message_id = ?"
_ERASE_MESSAGE = (
    "UPDATE messages SET body = '' WHERE id IN"
    " (SELECT id FROM events WHERE session = ? AND message_id = ?)"
)
_LIST = "UPDATE sessions SET line = ? WHERE id = ?"


class _Script:
    """What is to be done, in order; events in a row become one statement."""

    def __init__(self) -> None:
        self._statements: list[tuple[str, Sequence[Any]]] = []
        self._rows: list[list[Any]] = []

    def arrive(self, row: list[Any]) -> None:
        """One event, in the columns' order of ``arrivals``."""
        self._rows.append(row)
        if len(self._rows) == _MOST:
            self._close_rows()

    def do(self, statement: str, *values: Any) -> None:
        """Something else, which sees the events before it."""
        self._close_rows()
        self._statements.append((statement, values))

    def run(self, connection: sqlite3.Connection) -> None:
        """All of it or nothing: one statement is a transaction by itself."""
        self._close_rows()
        with transaction(connection) if len(self._statements) > 1 else nullcontext():
            for statement, values in self._statements:
                connection.execute(statement, values)

    def _close_rows(self) -> None:
        if not self._rows:
            return
        room = 1 << (len(self._rows) - 1).bit_length()
        self._rows += [_NOTHING] * (room - len(self._rows))
        self._statements.append((_ARRIVE[room], [value for row in self._rows for value in row]))
        self._rows = []


def append(
    connection: sqlite3.Connection, places: Places, entries: Sequence[Entry]
) -> list[Outcome]:
    """Store entries, in the open transaction or in one of its own; one outcome each, in order.

    When it raises, the open transaction must be rolled back and ``places`` forgotten.
    """
    _find_places(connection, places, entries)
    if not connection.in_transaction:
        try:
            return _append(connection, places, entries, {})
        except sqlite3.IntegrityError:
            pass  # a command came again: it is rare enough to be found out like this
    return _append(connection, places, entries, _known_commands(connection, places, entries))


def _append(
    connection: sqlite3.Connection, places: Places, entries: Sequence[Entry], known: Known
) -> list[Outcome]:
    script = _Script()
    outcomes = []
    lasts: dict[str, int] = {}
    for entry in entries:
        place = places.get(entry.session_id)
        if place is None:
            outcomes.append(Outcome(Result.NO_SESSION, 0, 0))
            continue
        last = lasts.get(entry.session_id, place.last_seq)
        key = (place.row_id, entry.author, entry.ref)
        moved = entry.expected_seq is not None and entry.expected_seq != last
        seqs = known.get(key) or (_find_command(connection, key) if moved else None)
        if seqs is not None:
            outcomes.append(duplicate(*seqs))
        elif moved:
            outcomes.append(Outcome(Result.CONFLICT, 0, 0))
        else:
            outcome = _add(script, place.row_id, last, entry)
            lasts[entry.session_id] = last = last + len(entry.events)
            known[key] = (outcome.first_seq, last)
            outcomes.append(outcome)
    script.run(connection)
    for session_id, last in lasts.items():
        places[session_id].last_seq = last
    return outcomes


def duplicate(first_seq: int, last_seq: int) -> Outcome:
    """The outcome of a resend from its row in ``commands``.

    ``first_seq`` is 0 where the entry had no events; ``last_seq`` is then where the log was.
    """
    return Outcome(Result.DUPLICATE, first_seq, last_seq if first_seq else 0)


def _find_places(connection: sqlite3.Connection, places: Places, entries: Sequence[Entry]) -> None:
    for session_id in {entry.session_id for entry in entries if entry.session_id not in places}:
        row = connection.execute(
            "SELECT id, coalesce((SELECT max(seq) FROM events WHERE session = sessions.id),"
            " min_seq - 1) FROM sessions WHERE session_id = ?",
            (session_id,),
        ).fetchone()
        if row is not None:
            places[session_id] = Place(*row)


def _known_commands(
    connection: sqlite3.Connection, places: Places, entries: Sequence[Entry]
) -> Known:
    known: Known = {}
    for entry in entries:
        place = places.get(entry.session_id)
        if place is not None:
            key = (place.row_id, entry.author, entry.ref)
            seqs = _find_command(connection, key)
            if seqs is not None:
                known[key] = seqs
    return known


def _find_command(connection: sqlite3.Connection, key: _CommandKey) -> _Seqs | None:
    seqs: _Seqs | None = connection.execute(_FIND_COMMAND, key).fetchone()
    return seqs


def _add(script: _Script, session: int, last: int, entry: Entry) -> Outcome:
    """An entry that is to be stored behind ``last``."""
    first = last + 1
    posted: dict[int, MessageRecord] = {}
    changed: list[MessageRecord] = []
    for record in entry.messages:
        seq = posted_seq(entry, record, first)
        if seq is None:
            changed.append(record)
        else:
            posted[seq] = record
    last += len(entry.events)
    for seq, event in enumerate(entry.events, first):
        row = [session, seq, event.type, event.at, event.message_id, event.payload, event.body]
        row += (entry.author, entry.ref, first) if seq == last else (None, None, None)
        message = posted.get(seq)
        if message is None:
            row += _BARE
        else:
            row += (message.at, message.thread_id, message.data, message.body)
        script.arrive(row)
    if not entry.events:
        script.do(_PUT_COMMAND, session, entry.author, entry.ref, last)
    for record in changed:
        values = (record.at, record.thread_id, record.data, record.body)
        script.do(_CHANGE_MESSAGE, *values, session, record.message_id)
    for message_id in entry.erase:
        script.do(_ERASE_EVENTS, session, message_id)
        script.do(_ERASE_MESSAGE, session, message_id)
    if entry.index is not None:
        script.do(_LIST, entry.index, session)
    return Outcome(Result.STORED, first, last) if entry.events else Outcome(Result.STORED, 0, 0)
