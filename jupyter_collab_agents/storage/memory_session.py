"""One session's records in memory: the same tables as on disk, as lists and dicts."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from .entries import posted_seq
from .store import (
    Entry,
    MessageRecord,
    NewEvent,
    Outcome,
    Result,
    SessionRecord,
    Snapshot,
    StoredEvent,
    StoredMessage,
)
from .words import folded_words, has_all


class _Message(Struct):
    """A message's row. ``number`` counts postings in the whole store, to order equal times."""

    number: int
    seq: int
    record: MessageRecord
    body: str
    words: list[str] | None = None


class SessionTables:
    """Rows of one session. Not thread-safe: the store holds its lock around every call."""

    def __init__(self, session_id: str, epoch: str, created_at: int) -> None:
        self.session_id = session_id
        self.snapshot: Snapshot | None = None
        self.reads: dict[str, int] = {}
        self._epoch = epoch
        self._created_at = created_at
        self._last_at = created_at
        self._index = b""
        self._min_seq = 1
        self._events: list[NewEvent] = []  # the one at place i has seq min_seq + i
        self._bodies: dict[int, str] = {}
        self._seqs_of_message: dict[str, list[int]] = {}
        self._commands: dict[tuple[str, str], tuple[int, int]] = {}  # first_seq (or 0), last_seq
        self._messages: dict[str, _Message] = {}
        self._by_seq: list[tuple[int, str]] = []

    @property
    def last_seq(self) -> int:
        """The seq of the newest event, 0 before the first."""
        return self._min_seq + len(self._events) - 1

    def row(self) -> SessionRecord:
        """The session's line in the list."""
        return SessionRecord(
            session_id=self.session_id,
            epoch=self._epoch,
            created_at=self._created_at,
            last_seq=self.last_seq,
            min_seq=self._min_seq,
            last_at=self._last_at,
            index=self._index,
        )

    def refusal(self, entry: Entry) -> Outcome | None:
        """Why an entry is not stored, or null when it is to be stored."""
        known = self.find_command(entry.author, entry.ref)
        if known is not None:
            return known
        if entry.expected_seq is not None and entry.expected_seq != self.last_seq:
            return Outcome(Result.CONFLICT, 0, 0)
        return None

    def find_command(self, author: str, ref: str) -> Outcome | None:
        """As ``Store.find_command``."""
        known = self._commands.get((author, ref))
        if known is None:
            return None
        first, last = known
        return Outcome(Result.DUPLICATE, first, last if first else 0)

    def store(self, entry: Entry, numbers: Iterator[int]) -> Outcome:
        """Keep an entry that was not refused. ``numbers`` counts the store's postings."""
        first = self.last_seq + 1
        for seq, event in enumerate(entry.events, first):
            self._events.append(event)
            if event.body is not None:
                self._bodies[seq] = event.body
            if event.message_id is not None:
                self._seqs_of_message.setdefault(event.message_id, []).append(seq)
        for record in entry.messages:
            self._put_message(record, posted_seq(entry, record, first), numbers)
        for message_id in entry.erase:
            self._erase(message_id)
        if entry.index is not None:
            self._index = entry.index
        last = self.last_seq
        if not entry.events:
            self._commands[entry.author, entry.ref] = (0, last)
            return Outcome(Result.STORED, 0, 0)
        self._last_at = entry.events[-1].at
        self._commands[entry.author, entry.ref] = (first, last)
        return Outcome(Result.STORED, first, last)

    def _put_message(self, record: MessageRecord, seq: int | None, numbers: Iterator[int]) -> None:
        known = self._messages.get(record.message_id)
        if seq is None:
            if known is not None:  # else it was pruned: what is forgotten stays forgotten
                known.record, known.body, known.words = record, record.body, None
            return
        if known is not None:
            del self._by_seq[bisect_left(self._by_seq, (known.seq, record.message_id))]
        self._messages[record.message_id] = _Message(next(numbers), seq, record, record.body)
        place = bisect_left(self._by_seq, (seq, record.message_id))
        self._by_seq.insert(place, (seq, record.message_id))

    def _erase(self, message_id: str) -> None:
        for seq in self._seqs_of_message.get(message_id, ()):
            self._bodies.pop(seq, None)
        message = self._messages.get(message_id)
        if message is not None:
            message.body, message.words = "", None

    def _event(self, seq: int) -> StoredEvent:
        event = self._events[seq - self._min_seq]
        return StoredEvent(
            seq=seq,
            type=event.type,
            at=event.at,
            payload=event.payload,
            body=self._bodies.get(seq),
            message_id=event.message_id,
        )

    def events(self, after: int, limit: int, types: Sequence[str] | None) -> list[StoredEvent]:
        """As ``Store.events``."""
        found: list[StoredEvent] = []
        for seq in range(max(after + 1, self._min_seq), self.last_seq + 1):
            if len(found) >= limit:
                break
            if types is None or self._events[seq - self._min_seq].type in types:
                found.append(self._event(seq))
        return found

    def events_of_message(self, message_id: str) -> list[StoredEvent]:
        """As ``Store.events_of_message``."""
        return [self._event(seq) for seq in self._seqs_of_message.get(message_id, ())]

    def _message(self, message_id: str) -> StoredMessage:
        message = self._messages[message_id]
        return StoredMessage(
            session_id=self.session_id,
            message_id=message_id,
            seq=message.seq,
            data=message.record.data,
            body=message.body,
        )

    def messages(
        self, before: int | None, limit: int, since: int, thread_id: str | None
    ) -> list[StoredMessage]:
        """As ``Store.messages``."""
        found: list[StoredMessage] = []
        end = len(self._by_seq) if before is None else bisect_left(self._by_seq, (before, ""))
        for place in range(end - 1, -1, -1):
            seq, message_id = self._by_seq[place]
            if seq <= since or len(found) >= limit:
                break
            if thread_id in (None, message_id, self._messages[message_id].record.thread_id):
                found.append(self._message(message_id))
        found.reverse()
        return found

    def messages_by_id(self, message_ids: Sequence[str]) -> dict[str, StoredMessage]:
        """As ``Store.messages_by_id``."""
        return {key: self._message(key) for key in message_ids if key in self._messages}

    def search(
        self, wanted: Sequence[str], before: int | None
    ) -> Iterable[tuple[tuple[int, int], StoredMessage]]:
        """Messages with all ``wanted`` (folded) words; each with what orders it by time."""
        for message_id, message in self._messages.items():
            if before is not None and message.record.at >= before:
                continue
            if message.words is None:
                message.words = folded_words(message.body)
            if has_all(message.words, wanted):
                yield (message.record.at, message.number), self._message(message_id)

    def prune(self, before_at: int) -> int:
        """As ``Store.prune``."""
        cut = self._min_seq
        for event in self._events:
            if event.at >= before_at:
                break
            cut += 1
        if cut == self._min_seq or self.snapshot is None or self.snapshot.seq < cut - 1:
            return self._min_seq
        for seq in range(self._min_seq, cut):
            self._bodies.pop(seq, None)
        del self._events[: cut - self._min_seq]
        self._min_seq = cut
        self._commands = {key: seqs for key, seqs in self._commands.items() if seqs[1] >= cut}
        self._seqs_of_message = {
            key: kept
            for key, seqs in self._seqs_of_message.items()
            if (kept := [seq for seq in seqs if seq >= cut])
        }
        keep_from = bisect_left(self._by_seq, (cut, ""))
        for _, message_id in self._by_seq[:keep_from]:
            del self._messages[message_id]
        del self._by_seq[:keep_from]
        return cut
