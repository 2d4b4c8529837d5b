"""Changes beside the hot path: each runs inside the writer's open transaction."""

import sqlite3

from .sqlite_append import Place, Places, append, duplicate
from .sqlite_connection import bounded
from .store import Entry, Outcome, Result, Snapshot


def create_session(
    connection: sqlite3.Connection,
    places: Places,
    session_id: str,
    epoch: str,
    created_at: int,
    *,
    entry: Entry,
) -> Outcome:
    """See ``Store.create_session``."""
    known = connection.execute(
        "SELECT c.first_seq, c.last_seq FROM sessions s LEFT JOIN commands c"
        " ON c.session = s.id AND c.author = ? AND c.ref = ? WHERE s.session_id = ?",
        (entry.author, entry.ref, session_id),
    ).fetchone()
    if known is not None:
        first, last = known
        return Outcome(Result.CONFLICT, 0, 0) if first is None else duplicate(first, last)
    if entry.expected_seq not in (None, 0):
        return Outcome(Result.CONFLICT, 0, 0)
    row_id = connection.execute(
        "INSERT INTO sessions (session_id, epoch, created_at, min_seq, last_at, line)"
        " VALUES (?, ?, ?, 1, ?, x'')",
        (session_id, epoch, created_at, created_at),
    ).lastrowid
    assert row_id is not None
    places[session_id] = Place(row_id, 0)
    return append(connection, places, [entry])[0]


def delete_session(connection: sqlite3.Connection, places: Places, session_id: str) -> None:
    """See ``Store.delete_session``. Foreign keys take everything along."""
    connection.execute("DELETE FROM sessions WHERE session_id = ?", (session_id,))
    places.pop(session_id, None)


def save_snapshot(connection: sqlite3.Connection, session_id: str, snapshot: Snapshot) -> None:
    """See ``Store.save_snapshot``. A session that is gone needs none."""
    connection.execute(
        "INSERT INTO snapshots (session, seq, state)"
        " SELECT id, ?, ? FROM sessions WHERE session_id = ?"
        " ON CONFLICT (session) DO UPDATE SET seq = excluded.seq, state = excluded.state"
        " WHERE excluded.seq >= seq",
        (snapshot.seq, snapshot.state, session_id),
    )


def set_read(connection: sqlite3.Connection, session_id: str, participant_id: str, seq: int) -> int:
    """See ``Store.set_read``."""
    connection.execute(
        "INSERT INTO reads (participant_id, session, seq)"
        " SELECT ?, id, ? FROM sessions WHERE session_id = ?"
        " ON CONFLICT (participant_id, session) DO UPDATE SET seq = excluded.seq"
        " WHERE excluded.seq > seq",
        (participant_id, bounded(seq), session_id),
    )
    row = connection.execute(
        "SELECT r.seq FROM sessions s JOIN reads r ON r.session = s.id"
        " WHERE s.session_id = ? AND r.participant_id = ?",
        (session_id, participant_id),
    ).fetchone()
    return int(row[0]) if row else 0


def save_profile(connection: sqlite3.Connection, participant_id: str, profile: bytes) -> None:
    """See ``Store.save_profile``."""
    connection.execute(
        "INSERT INTO profiles (participant_id, profile) VALUES (?, ?)"
        " ON CONFLICT (participant_id) DO UPDATE SET profile = excluded.profile",
        (participant_id, profile),
    )


def prune(connection: sqlite3.Connection, session_id: str, before_at: int) -> int:
    """See ``Store.prune``. The cut is before the first event that is not older."""
    row = connection.execute(
        "SELECT id, min_seq FROM sessions WHERE session_id = ?", (session_id,)
    ).fetchone()
    if row is None:
        return 0
    session, min_seq = row
    (cut,) = connection.execute(
        "SELECT coalesce("
        "(SELECT seq FROM events WHERE session = ?1 AND at >= ?2 ORDER BY seq LIMIT 1),"
        " (SELECT max(seq) + 1 FROM events WHERE session = ?1), ?3)",
        (session, bounded(before_at), min_seq),
    ).fetchone()
    covered = connection.execute(
        "SELECT 1 FROM snapshots WHERE session = ? AND seq >= ?", (session, cut - 1)
    ).fetchone()
    if cut == min_seq or not covered:
        return int(min_seq)
    connection.execute(
        "UPDATE sessions SET min_seq = ?2,"
        " last_at = (SELECT at FROM events WHERE session = ?1 AND seq = ?2 - 1) WHERE id = ?1",
        (session, cut),
    )
    for statement in (
        "DELETE FROM events WHERE session = ? AND seq < ?",  # and the messages they posted
        "DELETE FROM commands WHERE session = ? AND last_seq < ?",
    ):
        connection.execute(statement, (session, cut))
    return int(cut)


def count_check(connection: sqlite3.Connection) -> int:
    """Write a row; returns how often that was done, to be read back."""
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('checks', 1)"
        " ON CONFLICT (key) DO UPDATE SET value = value + 1"
    )
    row = connection.execute("SELECT value FROM meta WHERE key = 'checks'").fetchone()
    return int(row[0])
