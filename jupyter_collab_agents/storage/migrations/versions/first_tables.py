"""The first tables: the log, what is derived from it, and who is known.

Every message writes here before it is acknowledged, and what that costs is pages. So rows of all
sessions are put one after the other, and a message touches five pages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything."""
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    # What moves with every event is read from the newest event: last_at is of the newest event
    # that was pruned, and the last seq is min_seq - 1 where none is left.
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False, unique=True),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("min_seq", sa.Integer, nullable=False),
        sa.Column("last_at", sa.Integer, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
    )
    _log()
    _messages()
    _arrivals()
    op.create_table(
        "snapshots",
        _session(primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "reads",
        sa.Column("participant_id", sa.Text, primary_key=True, nullable=False),
        _session(primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("reads_of_session", "reads", ["session"])
    op.create_table(
        "profiles",
        sa.Column("participant_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("profile", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _session(*, primary_key: bool = False) -> "sa.Column[int]":
    """Whatever belongs to a session goes with it."""
    return sa.Column(
        "session",
        sa.Integer,
        sa.ForeignKey("sessions.id", ondelete="CASCADE"),
        primary_key=primary_key,
        autoincrement=False,
        nullable=False,
    )


def _log() -> None:
    # The body stands apart from the payload: a text can be erased and the log stays as it was.
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        _session(),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.Text),
    )
    op.create_index("events_in_order", "events", ["session", "seq"], unique=True)
    op.create_index(
        "events_of_message",
        "events",
        ["session", "message_id"],
        sqlite_where=sa.text("message_id IS NOT NULL"),
    )
    # first_seq is 0 for an entry without events; last_seq is then where the log was.
    op.create_table(
        "commands",
        _session(primary_key=True),
        sa.Column("author", sa.Text, primary_key=True),
        sa.Column("ref", sa.Text, primary_key=True),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _messages() -> None:
    # A message has the id of the event that posted it, and so its place in the log and its name.
    op.create_table(
        "messages",
        sa.Column(
            "id", sa.Integer, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("thread_id", sa.Text),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index(
        "messages_of_thread",
        "messages",
        ["session", "thread_id"],
        sqlite_where=sa.text("thread_id IS NOT NULL"),
    )
    # The words of new messages are added later, many at a time (sqlite_words.py). The index holds
    # no text of its own: what it knows already, it must be told to forget.
    op.execute(
        "CREATE VIRTUAL TABLE message_words USING fts5("
        "body, content = 'messages', content_rowid = 'id',"
        " tokenize = 'unicode61 remove_diacritics 2')"
    )
    known = "EXISTS (SELECT 1 FROM message_words_docsize WHERE id = old.id)"
    forget = (
        "INSERT INTO message_words (message_words, rowid, body)"
        " VALUES ('delete', old.id, old.body);"
    )
    learn = "INSERT INTO message_words (rowid, body) VALUES (new.id, new.body);"
    op.execute(
        f"CREATE TRIGGER message_gone AFTER DELETE ON messages WHEN {known} BEGIN {forget} END"
    )
    op.execute(
        "CREATE TRIGGER message_changed AFTER UPDATE OF body ON messages"
        f" WHEN old.body <> new.body AND {known} BEGIN {forget} {learn} END"
    )


def _arrivals() -> None:
    # An event with all that comes with it is written as one row of this view, and many of them by
    # one statement. The columns from message_at on are null where no message is posted, those
    # from author to first_seq but for the last event of a command; where all are null, the
    # statement had room for more rows than there were.
    op.execute(
        "CREATE VIEW arrivals (session, seq, type, at, message_id, payload, body,"
        " author, ref, first_seq, message_at, thread_id, data, text)"
        " AS SELECT 0, 0, '', 0, '', x'', '', '', '', 0, 0, '', x'', '' WHERE 0"
    )
    op.execute(
        "CREATE TRIGGER arrival INSTEAD OF INSERT ON arrivals WHEN new.session IS NOT NULL BEGIN"
        " INSERT INTO events (session, seq, type, at, message_id, payload, body) VALUES"
        " (new.session, new.seq, new.type, new.at, new.message_id, new.payload, new.body);"
        # a message that is posted again moves
        " DELETE FROM messages WHERE new.data IS NOT NULL AND id IN"
        " (SELECT id FROM events WHERE session = new.session AND message_id = new.message_id);"
        " INSERT INTO messages (id, session, at, thread_id, data, body)"
        " SELECT last_insert_rowid(), new.session, new.message_at, new.thread_id, new.data,"
        " new.text WHERE new.data IS NOT NULL;"
        " INSERT INTO commands (session, author, ref, first_seq, last_seq)"
        " SELECT new.session, new.author, new.ref, new.first_seq, new.seq"
        " WHERE new.ref IS NOT NULL;"
        " END"
    )
