"""The first tables: the log, what is derived from it, and who is known."""

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
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False, unique=True),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("min_seq", sa.Integer, nullable=False),
        sa.Column("last_at", sa.Integer, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
    )
    _log()
    _messages()
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
    op.create_table(
        "events",
        _session(primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "events_of_message",
        "events",
        ["session", "message_id"],
        sqlite_where=sa.text("message_id IS NOT NULL"),
    )
    # Apart from the events, so that a text can be erased and the log stays as it was.
    op.create_table(
        "bodies",
        _session(primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
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
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),  # the index refers to it
        _session(),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("thread_id", sa.Text),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("session", "message_id"),
    )
    op.create_index("messages_in_order", "messages", ["session", "seq"])
    op.create_index(
        "messages_of_thread",
        "messages",
        ["session", "thread_id", "seq"],
        sqlite_where=sa.text("thread_id IS NOT NULL"),
    )
    op.execute(
        "CREATE VIRTUAL TABLE message_words USING fts5("
        "body, content = 'messages', content_rowid = 'id',"
        " tokenize = 'unicode61 remove_diacritics 2')"
    )
    # The index holds no text of its own: it must be told what to forget.
    forget = (
        "INSERT INTO message_words (message_words, rowid, body)"
        " VALUES ('delete', old.id, old.body);"
    )
    learn = "INSERT INTO message_words (rowid, body) VALUES (new.id, new.body);"
    op.execute(f"CREATE TRIGGER message_put AFTER INSERT ON messages BEGIN {learn} END")
    op.execute(f"CREATE TRIGGER message_gone AFTER DELETE ON messages BEGIN {forget} END")
    op.execute(
        "CREATE TRIGGER message_changed AFTER UPDATE OF body ON messages"
        f" WHEN old.body <> new.body BEGIN {forget} {learn} END"
    )
