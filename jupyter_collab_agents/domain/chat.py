"""Saying something, changing it, taking it back."""

import hashlib

from ..protocol.base import Durable
from ..protocol.chat import (
    Anchor,
    Attachment,
    AttachmentKind,
    DeleteMessage,
    EditMessage,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageReacted,
    PostMessage,
    ReactToMessage,
)
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..protocol.sessions import SessionState
from .decision import Decision, Situation, exclusively, nothing
from .errors import Refusal
from .mentions import mentioned
from .paths import check_cell_id, clean_path
from .permissions import ALL_RIGHTS, Action, require
from .text import check_body, check_emoji, check_encodable
from .visible import visible_since

MAX_ATTACHMENTS = 20
MAX_REACTIONS = 50
"""Different emoji on one message."""


def post(situation: Situation, command: PostMessage) -> Decision:
    """A message; with ``reply_to`` it joins that message's thread."""
    situation.require(Action.POST)
    body = check_body(command.body, situation.setting.max_message)
    thread_id = None
    anchor = None if command.anchor is None else _clean_anchor(command.anchor)
    if command.reply_to is not None:
        parent = _visible(situation, command.reply_to)
        thread_id = parent.thread_id or parent.message_id
        if anchor is not None and anchor != _anchor_of(situation.state, thread_id):
            raise Refusal(
                ErrorCode.INVALID,
                "A reply belongs to its thread's place. Start a new thread at the other place.",
            )
        anchor = None
    event = MessagePosted(
        seq=0,
        at=situation.now,
        actor=situation.who,
        message_id=situation.mint("m"),
        length=len(body),
        sha256=None,
        thread_id=thread_id,
        anchor=anchor,
        attachments=_clean_attachments(command.attachments) if command.attachments else [],
        mentions=mentioned(body, situation.state.participants),
        run_id=None,
        body=body,
    )
    return Decision([event], exclusive=False)


def edit(situation: Situation, command: EditMessage) -> Decision:
    """Another text for one's own message."""
    situation.require(Action.EDIT_OWN)
    message = _standing(situation, command.message_id)
    if message.author != situation.who:
        raise Refusal(ErrorCode.FORBIDDEN, "You can only edit your own messages.")
    body = check_body(command.body, situation.setting.max_message)
    if body == message.body:
        return nothing()
    return exclusively(
        [
            MessageEdited(
                seq=0,
                at=situation.now,
                actor=situation.who,
                message_id=message.message_id,
                body=body,
                mentions=mentioned(body, situation.state.participants),
            )
        ]
    )


def delete(situation: Situation, command: DeleteMessage) -> Decision:
    """Take back one's own message, or as an owner anybody's."""
    situation.require(Action.DELETE_OWN)
    message = _visible(situation, command.message_id)
    if message.author != situation.who:
        situation.require(Action.DELETE_ANY)
    if message.deleted_by is not None:
        return nothing()
    event = MessageDeleted(
        seq=0, at=situation.now, actor=situation.who, message_id=message.message_id
    )
    return exclusively([event], erase=[message.message_id])


def react(situation: Situation, command: ReactToMessage) -> Decision:
    """Add or take back one's reaction."""
    situation.require(Action.REACT)
    message = _standing(situation, command.message_id)
    emoji = check_emoji(command.emoji)
    if (situation.who in message.reactions.get(emoji, [])) is command.on:
        return nothing()
    if command.on and emoji not in message.reactions and len(message.reactions) >= MAX_REACTIONS:
        raise Refusal(
            ErrorCode.CONFLICT,
            f"This message has {MAX_REACTIONS} different reactions. Join one of them.",
        )
    events: list[Durable] = [
        MessageReacted(
            seq=0,
            at=situation.now,
            actor=situation.who,
            message_id=message.message_id,
            emoji=emoji,
            on=command.on,
        )
    ]
    return exclusively(events)


def finish_stream(
    state: SessionState,
    agent: Profile,
    *,
    message_id: str,
    body: str,
    thread_id: str | None,
    run_id: str | None,
    now: int,
) -> Decision:
    """The message that an agent's streamed pieces (``body``, unchanged) add up to.

    Refuses (MUTED, ARCHIVED, NOT_FOUND, FORBIDDEN) if the agent may not post any more.
    """
    require(state, agent.participant_id, ALL_RIGHTS, Action.POST)
    encoded = check_encodable(body)
    if not body.strip():
        raise Refusal(ErrorCode.INVALID, f"{agent.name} had nothing to say. Ask again.")
    event = MessagePosted(
        seq=0,
        at=now,
        actor=agent.participant_id,
        message_id=message_id,
        length=len(body),
        sha256=hashlib.sha256(encoded).hexdigest(),
        thread_id=thread_id,
        anchor=None,
        attachments=[],
        mentions=mentioned(body, state.participants),
        run_id=run_id,
        body=body,
    )
    return Decision([event], exclusive=False)


def _visible(situation: Situation, message_id: str) -> Message:
    """A message that the caller can see. What one cannot see does not exist: NOT_FOUND."""
    message = situation.messages.get(message_id)
    if message is None or 0 < message.seq <= visible_since(situation.state, situation.who):
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such message in this session.")
    return message


def _standing(situation: Situation, message_id: str) -> Message:
    message = _visible(situation, message_id)
    if message.deleted_by is not None:
        raise Refusal(ErrorCode.CONFLICT, "This message was deleted, so it cannot be changed.")
    return message


def _anchor_of(state: SessionState, thread_id: str) -> Anchor | None:
    thread = state.threads.get(thread_id)
    return None if thread is None else thread.anchor


def _clean_anchor(anchor: Anchor) -> Anchor:
    cell_id = None if anchor.cell_id is None else check_cell_id(anchor.cell_id)
    return Anchor(path=clean_path(anchor.path), cell_id=cell_id)


def _clean_attachments(attachments: list[Attachment]) -> list[Attachment]:
    if len(attachments) > MAX_ATTACHMENTS:
        raise Refusal(
            ErrorCode.INVALID, f"A message can have at most {MAX_ATTACHMENTS} attachments."
        )
    return [_clean_attachment(attachment) for attachment in attachments]


def _clean_attachment(attachment: Attachment) -> Attachment:
    if attachment.kind is AttachmentKind.CELL and attachment.cell_id is None:
        raise Refusal(ErrorCode.INVALID, "An attached cell needs its cell_id.")
    if attachment.kind is AttachmentKind.SELECTION and attachment.selection is None:
        raise Refusal(ErrorCode.INVALID, "An attached selection needs its range.")
    return Attachment(
        kind=attachment.kind,
        path=clean_path(attachment.path),
        cell_id=None if attachment.cell_id is None else check_cell_id(attachment.cell_id),
        selection=attachment.selection,
    )
