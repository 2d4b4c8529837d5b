"""A message as the sum of its events."""

from msgspec import UNSET
from msgspec.structs import replace

from ..protocol.base import Durable
from ..protocol.chat import (
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageReacted,
)


def project(event: Durable, message: Message | None) -> Message | None:
    """The message after a ``chat.*`` event; None when the event concerns no message.

    ``message`` is the one that the event names, as it was before (None for ``chat.posted``).
    A deleted message stays deleted.
    """
    if isinstance(event, MessagePosted):
        return _posted(event)
    if message is None or not isinstance(event, MessageEdited | MessageDeleted | MessageReacted):
        return None
    if message.message_id != event.message_id:
        raise ValueError(f"the event is about {event.message_id}, not {message.message_id}")
    if message.deleted_by is not None:
        return message
    if isinstance(event, MessageEdited):
        return replace(
            message,
            body=event.body,
            mentions=event.mentions,
            edited_at=event.at,
            edits=message.edits + 1,
        )
    if isinstance(event, MessageDeleted):
        return replace(
            message, body="", attachments=[], mentions=[], reactions={}, deleted_by=event.actor
        )
    return replace(message, reactions=_reacted(message.reactions, event))


def _posted(event: MessagePosted) -> Message:
    return Message(
        message_id=event.message_id,
        seq=event.seq,
        at=event.at,
        author=event.actor,
        body="" if event.body is UNSET else event.body,
        thread_id=event.thread_id,
        anchor=event.anchor,
        attachments=event.attachments,
        mentions=event.mentions,
        reactions={},
        edited_at=None,
        edits=0,
        deleted_by=None,
        run_id=event.run_id,
    )


def _reacted(reactions: dict[str, list[str]], event: MessageReacted) -> dict[str, list[str]]:
    others = [who for who in reactions.get(event.emoji, []) if who != event.actor]
    now = [*others, event.actor] if event.on else others
    changed = {**reactions, event.emoji: now}
    if not now:
        del changed[event.emoji]
    return changed
