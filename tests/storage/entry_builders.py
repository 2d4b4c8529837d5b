"""Short ways to say what is stored."""

from jupyter_collab_agents.storage.store import Entry, MessageRecord, NewEvent

ANN = "user:ann"


def event(kind="thing.happened", *, at=1, body=None, message_id=None, payload=None):
    payload = kind.encode() if payload is None else payload
    return NewEvent(type=kind, at=at, payload=payload, body=body, message_id=message_id)


def entry(ref, *events, session="s", author=ANN, **fields):
    return Entry(session_id=session, author=author, ref=ref, events=events, **fields)


def message(message_id, body, *, event_index=0, at=1, thread=None, author=ANN, data=None):
    return MessageRecord(
        message_id=message_id,
        author=author,
        at=at,
        thread_id=thread,
        data=f"data of {message_id}".encode() if data is None else data,
        body=body,
        event_index=event_index,
    )


def post(message_id, body, *, ref=None, at=1, thread=None, session="s", author=ANN):
    """The entry of somebody saying something."""
    return entry(
        ref or f"post {message_id}",
        event("chat.posted", at=at, body=body, message_id=message_id),
        session=session,
        author=author,
        messages=[message(message_id, body, at=at, thread=thread, author=author)],
    )


def edit(message_id, body, *, ref=None, at=1, session="s"):
    return entry(
        ref or f"edit {message_id}",
        event("chat.edited", at=at, body=body, message_id=message_id),
        session=session,
        messages=[message(message_id, body, at=at, event_index=None)],
    )


def take_back(message_id, *, ref=None, at=1, session="s"):
    return entry(
        ref or f"delete {message_id}",
        event("chat.deleted", at=at, message_id=message_id),
        session=session,
        messages=[message(message_id, "", at=at, event_index=None)],
        erase=[message_id],
    )


async def create(store, session="s", *, at=0, index=b"line"):
    """A session whose log has one event."""
    first = entry("create", event("session.created", at=at), session=session, index=index)
    return await store.create_session(session, f"epoch of {session}", at, first)
