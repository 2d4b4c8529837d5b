"""Messages, threads, reactions, streamed text."""

from enum import Enum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from .base import (
    CellId,
    Command,
    Durable,
    Ephemeral,
    MessageId,
    Millis,
    ParticipantId,
    Path,
    Range,
    RunId,
    Wire,
)

Emoji = Annotated[str, Meta(min_length=1, max_length=16)]


class Anchor(Wire, frozen=True):
    """The place a thread talks about: a file, or one cell of a notebook."""

    path: Path
    cell_id: CellId | None


class AttachmentKind(str, Enum):
    """What an attachment points at."""

    FILE = "file"
    CELL = "cell"
    SELECTION = "selection"


class Attachment(Wire, frozen=True):
    """A reference into the workspace; never a copy of its content."""

    kind: AttachmentKind
    path: Path
    cell_id: CellId | None = None
    selection: Range | None = None


class Message(Wire, frozen=True):
    """One chat message as it stands now.

    ``thread_id`` is the id of the message that opened the thread, null outside threads (the
    opening message itself has null). A deleted message keeps its place with an empty body.
    """

    message_id: MessageId
    seq: int
    at: Millis
    author: ParticipantId
    body: str
    thread_id: MessageId | None
    anchor: Anchor | None
    attachments: list[Attachment]
    mentions: list[ParticipantId]
    reactions: dict[str, list[ParticipantId]]
    edited_at: Millis | None
    edits: int
    deleted_by: ParticipantId | None
    run_id: RunId | None


class Thread(Wire, frozen=True):
    """A conversation below one message, or beside one place in a file."""

    thread_id: MessageId
    anchor: Anchor | None
    replies: int
    last_seq: int
    last_at: Millis
    participants: list[ParticipantId]


class PostMessage(Command, tag="chat.post", frozen=True):
    """Say something. ``reply_to`` may be any message: the reply joins that message's thread."""

    body: str
    reply_to: MessageId | None = None
    anchor: Anchor | None = None
    attachments: Annotated[list[Attachment], Meta(max_length=20)] = []


class EditMessage(Command, tag="chat.edit", frozen=True):
    """Replace the text of one's own message; the earlier text stays in the history."""

    message_id: MessageId
    body: str


class DeleteMessage(Command, tag="chat.delete", frozen=True):
    """Take back a message (its author, or an owner); its texts are erased, its place stays."""

    message_id: MessageId


class ReactToMessage(Command, tag="chat.react", frozen=True):
    """Add (``on``) or take back one's reaction."""

    message_id: MessageId
    emoji: Emoji
    on: bool


class SetTyping(Command, tag="typing.update", frozen=True):
    """Ephemeral: I am (not) writing, here or in a thread. Expires after 6 s."""

    typing: bool
    thread_id: MessageId | None = None


class MarkRead(Command, tag="chat.read", frozen=True):
    """I have read everything up to ``seq``; counts for all my tabs."""

    read_seq: Annotated[int, Meta(ge=0)]


class MessagePosted(Durable, tag="chat.posted", frozen=True):
    """A message, complete.

    For streamed text ``body`` is unset for a connection that received every piece as
    ``chat.delta``: it checks ``length`` (characters) and ``sha256`` of what it put together.
    """

    message_id: MessageId
    length: int
    sha256: str | None
    thread_id: MessageId | None
    anchor: Anchor | None
    attachments: list[Attachment]
    mentions: list[ParticipantId]
    run_id: RunId | None
    body: str | UnsetType = UNSET


class MessageEdited(Durable, tag="chat.edited", frozen=True):
    """The text of a message is another one now."""

    message_id: MessageId
    body: str
    mentions: list[ParticipantId]


class MessageDeleted(Durable, tag="chat.deleted", frozen=True):
    """A message was taken back by ``actor``."""

    message_id: MessageId


class MessageReacted(Durable, tag="chat.reacted", frozen=True):
    """``actor`` reacted, or took the reaction back."""

    message_id: MessageId
    emoji: Emoji
    on: bool


class MessageDelta(Ephemeral, tag="chat.delta", frozen=True):
    """The next piece of a message that is still being written.

    ``offset`` is the number of characters (code points) before this piece. ``start`` comes
    with the first piece only.
    """

    message_id: MessageId
    offset: int
    text: str
    start: "StreamStart | UnsetType" = UNSET


class StreamStart(Wire, frozen=True):
    """Who writes the streamed message, and where."""

    author: ParticipantId
    at: Millis
    thread_id: MessageId | None
    run_id: RunId


class StreamAborted(Ephemeral, tag="chat.aborted", frozen=True):
    """A streamed message ended without becoming one; forget its pieces."""

    message_id: MessageId


class TypingChanged(Ephemeral, tag="typing.changed", frozen=True):
    """Somebody began or stopped writing."""

    participant_id: ParticipantId
    typing: bool
    thread_id: MessageId | None


class ReadChanged(Ephemeral, tag="chat.read_changed", frozen=True):
    """Told to the reader's own connections only."""

    read_seq: int


class MentionReceived(Ephemeral, tag="chat.mentioned", frozen=True):
    """You were mentioned in a session that this connection is not in."""

    session_id: str
    session_name: str
    message_id: MessageId
    author_name: str
