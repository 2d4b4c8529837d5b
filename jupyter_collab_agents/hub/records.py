"""What a store keeps as bytes, as the protocol's words."""

import msgspec
from msgspec.structs import replace

from ..protocol.base import Durable
from ..protocol.chat import Message, MessageEdited, MessagePosted
from ..protocol.frames import decode_durable
from ..storage.store import StoredEvent, StoredMessage

PAGE = 500
"""As many events are read at a time."""

_message_decoder = msgspec.json.Decoder(Message)


def stored_message(stored: StoredMessage) -> Message:
    """A message as the store has it."""
    return replace(_message_decoder.decode(stored.data), seq=stored.seq, body=stored.body)


def stored_event(stored: StoredEvent) -> Durable:
    """An event as the store has it. An erased text is an empty one."""
    event = decode_durable(stored.payload)
    if isinstance(event, MessagePosted | MessageEdited):
        return replace(event, seq=stored.seq, body=stored.body or "")
    return replace(event, seq=stored.seq)
