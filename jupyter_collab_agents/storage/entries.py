"""What every store reads out of an entry in the same way."""

from .store import Entry, MessageRecord


def posted_seq(entry: Entry, record: MessageRecord, first_seq: int) -> int | None:
    """The seq a message gets from the event that posted it; null: it has one already.

    ``first_seq`` is the seq of the entry's first event.
    Raises ``ValueError`` for an event the entry does not have, or that is about something else.
    """
    index = record.event_index
    if index is None:
        return None
    if not 0 <= index < len(entry.events):
        raise ValueError(f"message {record.message_id!r} names event {index}, which is not there")
    if entry.events[index].message_id != record.message_id:
        raise ValueError(f"event {index} does not post message {record.message_id!r}")
    return first_seq + index


def check_entry(entry: Entry) -> None:
    """Raise ``ValueError`` for an entry that no store can keep.

    It names an event it does not have, or a text has half of a surrogate pair (no UTF-8).
    """
    for record in entry.messages:
        posted_seq(entry, record, 1)
        record.body.encode()
    for event in entry.events:
        (event.body or "").encode()


def check_creation(session_id: str, entry: Entry) -> None:
    """Raise ``ValueError`` when the first entry is for another session."""
    if entry.session_id != session_id:
        raise ValueError("a session is created with an entry of its own")
