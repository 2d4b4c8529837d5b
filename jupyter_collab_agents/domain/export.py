"""A session as a document: Markdown, a notebook, or its log as JSON lines."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ..protocol.base import Durable
from ..protocol.chat import Attachment, Message
from ..protocol.frames import encode
from ..protocol.participants import Kind, Membership
from ..protocol.sessions import SessionState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|&~$!()])")


def to_markdown(state: SessionState, messages: Iterable[Message]) -> str:
    """Every message under its author and time (UTC), the text quoted.

    Quoted, because a text must not be able to look like somebody else's message.
    """
    parts = [_title(state)]
    for message in messages:
        quoted = "\n".join(f"> {line}".rstrip() for line in _text(state, message).splitlines())
        parts.append(f"### {_heading(state, message)}\n\n{quoted}")
    return "\n\n".join(parts) + "\n"


def to_notebook(state: SessionState, messages: Iterable[Message]) -> dict[str, Any]:
    """A notebook (nbformat 4.5) with one Markdown cell for each message."""
    cells = [_cell("session", _title(state), {"session_id": state.session_id})]
    taken = {"session"}
    for index, message in enumerate(messages):
        cell_id = message.message_id
        if not _CELL_ID.fullmatch(cell_id) or cell_id in taken:
            cell_id = f"message-{index}"
            while cell_id in taken:
                cell_id += "-"
        taken.add(cell_id)
        source = f"**{_heading(state, message)}**\n\n{_text(state, message)}"
        metadata = {
            "message_id": message.message_id,
            "seq": message.seq,
            "at": message.at,
            "author": message.author,
            "thread_id": message.thread_id,
        }
        cells.append(_cell(cell_id, source, metadata))
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def to_jsonl(events: Iterable[Durable]) -> Iterator[bytes]:
    """One line of JSON for each event, newline included."""
    for event in events:
        yield encode(event) + b"\n"


def _cell(cell_id: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": cell_id,
        "metadata": {"jupyter_collab_agents": metadata},
        "source": source,
    }


def _title(state: SessionState) -> str:
    members = [
        _name(state, participant_id)
        + (" (agent)" if participant.profile.kind is Kind.AGENT else "")
        for participant_id, participant in state.participants.items()
        if participant.membership is Membership.MEMBER
    ]
    lines = [f"# {_escaped(state.name)}", f"Created {_time(state.created_at)}"]
    if members:
        lines.append("Participants: " + ", ".join(members))
    if state.files:
        lines.append("Files: " + ", ".join(map(_escaped, state.files)))
    return "\n\n".join(lines)


def _heading(state: SessionState, message: Message) -> str:
    heading = f"{_name(state, message.author)} · {_time(message.at)}"
    if message.thread_id is not None:
        heading += " · in a thread"
    if message.anchor is not None:
        cell = "" if message.anchor.cell_id is None else f", cell {message.anchor.cell_id}"
        heading += f" · about {_escaped(message.anchor.path + cell)}"
    if message.edits and message.deleted_by is None:
        heading += " · edited"
    return heading


def _text(state: SessionState, message: Message) -> str:
    if message.deleted_by is not None:
        return f"*Deleted by {_name(state, message.deleted_by)}.*"
    attached = [f"Attached: {_attached(attachment)}" for attachment in message.attachments]
    return "\n\n".join([message.body, *attached])


def _attached(attachment: Attachment) -> str:
    place = attachment.path
    if attachment.cell_id is not None:
        place += f", cell {attachment.cell_id}"
    if attachment.selection is not None:
        lines = sorted({attachment.selection.anchor.line + 1, attachment.selection.head.line + 1})
        place += f", line {' to '.join(map(str, lines))}"
    return _escaped(place)


def _name(state: SessionState, participant_id: str) -> str:
    participant = state.participants.get(participant_id)
    return _escaped(participant_id if participant is None else participant.profile.name)


def _escaped(text: str) -> str:
    """One line of plain text as Markdown that says just that."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _time(at: int) -> str:
    return f"{_EPOCH + timedelta(milliseconds=at):%Y-%m-%d %H:%M} UTC"
