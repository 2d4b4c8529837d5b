"""The index of words lags behind the messages: entering many at a time costs a tenth.

What is not in it yet are the messages with the highest ids; its own table of sizes tells where it
ends. A message that is changed, erased or deleted before it is entered leaves no trace in it.
"""

import sqlite3

SHARE = 256
"""Messages that are entered in one transaction: some milliseconds."""

_ENTER = (
    "INSERT INTO message_words (rowid, body) SELECT id, body FROM messages"
    " WHERE id > coalesce((SELECT max(id) FROM message_words_docsize), 0) ORDER BY id LIMIT ?"
)


def enter_words(connection: sqlite3.Connection, share: int = SHARE) -> bool:
    """Enter the next messages, in the open transaction; true when there may be more."""
    return connection.execute(_ENTER, (share,)).rowcount >= share
