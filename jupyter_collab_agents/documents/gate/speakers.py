"""Which connection speaks for which client id in a room's awareness."""

from collections.abc import Mapping
from typing import Any

from .awareness import MAX_CLIENTS, Said, clean_state, read_awareness, write_awareness


class Speakers:
    """Of one room. A speaker is whatever serves one client: a socket, or an agent in here."""

    def __init__(self) -> None:
        self._speaker_of: dict[int, Any] = {}

    def passed(
        self, message: bytes, speaker: Any, identity: Mapping[str, Any], awareness: Any
    ) -> bytes | None:
        """What of a speaker's message others may hear; null for nothing. Raises ``Malformed``.

        ``awareness`` is what the room has heard so far.
        """
        said = self.hear(read_awareness(message), speaker, awareness.client_id)
        for entry in said:
            if entry.state is not None:
                entry.state = clean_state(entry.state, identity)
                if entry.client not in awareness.states:
                    # a page that comes back continues where we said that it was gone
                    entry.clock = max(entry.clock, next_clock(awareness, entry.client))
        return write_awareness(said) if said else None

    def hear(self, said: list[Said], speaker: Any, reserved: int) -> list[Said]:
        """What of it the speaker may say: pages also repeat what they heard of others.

        ``reserved`` is the client id of the server itself.
        """
        heard = []
        for entry in said:
            owner = self._speaker_of.get(entry.client)
            if entry.client == reserved or owner not in (None, speaker):
                continue
            if owner is None:
                if entry.state is None or len(self.clients_of(speaker)) >= MAX_CLIENTS:
                    continue
                self._speaker_of[entry.client] = speaker
            heard.append(entry)
        return heard

    def clients_of(self, speaker: Any) -> list[int]:
        """The client ids that are the speaker's."""
        return [client for client, owner in self._speaker_of.items() if owner is speaker]

    def leave(self, speaker: Any) -> list[int]:
        """The speaker is gone; the client ids that were theirs."""
        gone = self.clients_of(speaker)
        for client in gone:
            del self._speaker_of[client]
        return gone


def next_clock(awareness: Any, client: int) -> int:
    """The clock of what a client says next; clients do not hear what has the clock 0."""
    return int(awareness.meta.get(client, {}).get("clock", 0)) + 1
