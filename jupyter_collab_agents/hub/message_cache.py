"""A session's messages by id: the last ones in memory, the others from the store."""

from collections.abc import Iterable

from ..protocol.chat import Message
from ..storage.store import Store
from .recent import Recent
from .records import stored_message

CACHED_MESSAGES = 100


class MessageCache:
    """Messages as they stand after the session's last event."""

    def __init__(self, store: Store, session_id: str) -> None:
        self._store = store
        self._session_id = session_id
        self._messages: Recent[str, Message] = Recent(CACHED_MESSAGES)

    async def by_id(self, message_ids: set[str]) -> dict[str, Message]:
        """Those that exist. What is read is not kept: it may be older by the time it arrives."""
        found = {m: known for m in message_ids if (known := self._messages.get(m)) is not None}
        missing = message_ids - found.keys()
        return {**found, **(await self.read(missing) if missing else {})}

    async def read(self, message_ids: Iterable[str]) -> dict[str, Message]:
        """Those that the store has, whatever is remembered of them."""
        stored = await self._store.messages_by_id(self._session_id, sorted(message_ids))
        return {message_id: stored_message(one) for message_id, one in stored.items()}

    def remember(self, message: Message) -> None:
        """This is how the message stands now."""
        self._messages.put(message.message_id, message)

    def forget(self) -> None:
        """Have the store read again."""
        self._messages.clear()
