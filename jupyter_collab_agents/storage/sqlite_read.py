"""Every question asked of the database, one statement each: one statement sees one state."""

import json
import sqlite3
from collections.abc import Sequence

from .sqlite_append import duplicate
from .sqlite_connection import Row, bounded
from .store import Outcome, SessionRecord, Snapshot, StoredEvent, StoredMessage
from .words import query_words

_SESSION = (
    "SELECT session_id, epoch, created_at, coalesce(e.seq, min_seq - 1), min_seq,"
    " coalesce(e.at, last_at), line FROM sessions s LEFT JOIN events e"
    " ON e.session = s.id AND e.seq = (SELECT max(seq) FROM events WHERE session = s.id)"
)
_EVENT = (
    "SELECT seq, type, at, payload, body, message_id FROM events"
    " WHERE session = (SELECT id FROM sessions WHERE session_id = ?1)"
)
# CROSS JOIN keeps this order: the log's index says which messages come next
_MESSAGE = (
    "SELECT s.session_id, e.message_id, e.seq, m.data, m.body"
    " FROM sessions s CROSS JOIN events e ON e.session = s.id CROSS JOIN messages m ON m.id = e.id"
)
_IN_THREAD = (
    " AND e.id IN ("
    "SELECT id FROM messages WHERE session = s.id AND thread_id = ?5 UNION "
    "SELECT id FROM events WHERE session = s.id AND message_id = ?5)"
)
_MESSAGES_BY_ID = (
    f"{_MESSAGE} WHERE s.session_id = ?"  # noqa: S608 - nothing but constants
    " AND e.message_id IN (SELECT value FROM json_each(?))"
)
# The inner question sorts ids only; texts are read for those that are answered.
_SEARCH = (
    "SELECT s.session_id, e.message_id, e.seq, m.data, m.body"
    " FROM messages m JOIN events e ON e.id = m.id JOIN sessions s ON s.id = m.session"
    " WHERE m.id IN ("
    "SELECT n.id FROM message_words w JOIN messages n ON n.id = w.rowid"
    " WHERE w.message_words MATCH ?1 AND n.session IN"
    " (SELECT id FROM sessions WHERE session_id IN (SELECT value FROM json_each(?2)))"
    " AND n.at < ?3 ORDER BY n.at DESC, n.id DESC LIMIT ?4)"
    " ORDER BY m.at DESC, m.id DESC"
)


def sessions(connection: sqlite3.Connection) -> list[SessionRecord]:
    """See ``Store.sessions``."""
    return [_session(row) for row in connection.execute(f"{_SESSION} ORDER BY created_at, s.id")]


def session(connection: sqlite3.Connection, session_id: str) -> SessionRecord | None:
    """See ``Store.session``."""
    row = connection.execute(f"{_SESSION} WHERE session_id = ?", (session_id,)).fetchone()
    return None if row is None else _session(row)


def find_command(
    connection: sqlite3.Connection, session_id: str, author: str, ref: str
) -> Outcome | None:
    """See ``Store.find_command``."""
    row = connection.execute(
        "SELECT c.first_seq, c.last_seq FROM commands c JOIN sessions s ON s.id = c.session"
        " WHERE s.session_id = ? AND c.author = ? AND c.ref = ?",
        (session_id, author, ref),
    ).fetchone()
    return None if row is None else duplicate(*row)


def events(
    connection: sqlite3.Connection,
    session_id: str,
    after: int,
    limit: int,
    types: Sequence[str] | None,
) -> list[StoredEvent]:
    """See ``Store.events``."""
    values: tuple[str | int, ...] = (session_id, bounded(after), _limit(limit))
    of_types = ""
    if types is not None:
        of_types = " AND type IN (SELECT value FROM json_each(?4))"
        values += (_list(types),)
    rows = connection.execute(f"{_EVENT} AND seq > ?2{of_types} ORDER BY seq LIMIT ?3", values)
    return [_event(row) for row in rows]


def events_of_message(
    connection: sqlite3.Connection, session_id: str, message_id: str
) -> list[StoredEvent]:
    """See ``Store.events_of_message``."""
    rows = connection.execute(
        f"{_EVENT} AND message_id = ?2 ORDER BY seq", (session_id, message_id)
    )
    return [_event(row) for row in rows]


def messages(
    connection: sqlite3.Connection,
    session_id: str,
    before: int | None,
    limit: int,
    *,
    since: int,
    thread_id: str | None,
) -> list[StoredMessage]:
    """See ``Store.messages``."""
    values: tuple[str | int, ...] = (
        session_id,
        bounded(since),
        bounded(2**63 if before is None else before),
        _limit(limit),
    )
    in_thread = ""
    if thread_id is not None:
        in_thread = _IN_THREAD
        values += (thread_id,)
    rows = connection.execute(
        f"{_MESSAGE} WHERE s.session_id = ?1 AND e.seq > ?2 AND e.seq < ?3{in_thread}"
        " ORDER BY e.seq DESC LIMIT ?4",
        values,
    )
    return [_message(row) for row in rows][::-1]


def messages_by_id(
    connection: sqlite3.Connection, session_id: str, message_ids: Sequence[str]
) -> dict[str, StoredMessage]:
    """See ``Store.messages_by_id``."""
    rows = connection.execute(_MESSAGES_BY_ID, (session_id, _list(message_ids)))
    return {row[1]: _message(row) for row in rows}


def search(
    connection: sqlite3.Connection,
    session_ids: Sequence[str],
    query: str,
    limit: int,
    before: int | None,
) -> list[StoredMessage]:
    """See ``Store.search``."""
    wanted = query_words(query)
    if not wanted:
        return []
    rows = connection.execute(
        _SEARCH,
        (
            " ".join(f'"{word}"*' for word in wanted),  # quoted, so no word is an operator
            _list(session_ids),
            bounded(2**63 if before is None else before),
            _limit(limit),
        ),
    )
    return [_message(row) for row in rows]


def snapshot(connection: sqlite3.Connection, session_id: str) -> Snapshot | None:
    """See ``Store.snapshot``."""
    row = connection.execute(
        "SELECT n.seq, n.state FROM snapshots n JOIN sessions s ON s.id = n.session"
        " WHERE s.session_id = ?",
        (session_id,),
    ).fetchone()
    return None if row is None else Snapshot(*row)


def reads(connection: sqlite3.Connection, participant_id: str) -> dict[str, int]:
    """See ``Store.reads``."""
    return dict(
        connection.execute(
            "SELECT s.session_id, r.seq FROM reads r JOIN sessions s ON s.id = r.session"
            " WHERE r.participant_id = ?",
            (participant_id,),
        ).fetchall()
    )


def profiles(connection: sqlite3.Connection) -> dict[str, bytes]:
    """See ``Store.profiles``."""
    return dict(connection.execute("SELECT participant_id, profile FROM profiles").fetchall())


def meta(connection: sqlite3.Connection, key: str) -> bytes | int:
    """A value that was made with the file, or by ``count_check``."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    value: bytes | int = row[0]
    return value


def _list(words: Sequence[str]) -> str:
    return json.dumps(list(words))


def _limit(limit: int) -> int:
    return bounded(max(limit, 0))  # SQLite takes a negative limit for none


def _session(row: Row) -> SessionRecord:
    session_id, epoch, created_at, last_seq, min_seq, last_at, line = row
    return SessionRecord(
        session_id=session_id,
        epoch=epoch,
        created_at=created_at,
        last_seq=last_seq,
        min_seq=min_seq,
        last_at=last_at,
        index=line,
    )


def _event(row: Row) -> StoredEvent:
    seq, kind, at, payload, body, message_id = row
    return StoredEvent(seq=seq, type=kind, at=at, payload=payload, body=body, message_id=message_id)


def _message(row: Row) -> StoredMessage:
    session_id, message_id, seq, data, body = row
    return StoredMessage(
        session_id=session_id, message_id=message_id, seq=seq, data=data, body=body
    )
