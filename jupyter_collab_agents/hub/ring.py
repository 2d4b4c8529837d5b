"""The newest told things of a live session, encoded once, shared by all its connections."""

from collections import deque

from msgspec import Struct

from ..protocol.frames import join_frame


class Item(Struct, frozen=True, gc=False):
    """One told event.

    ``short`` is the form for connections that saw every item since ``stream_start`` (the
    text was streamed to them already). ``veiled`` is the form for those who may not see the
    message it is about, whose seq is ``about``.
    """

    seq: int | None
    encoded: bytes
    short: bytes | None = None
    stream_start: int = 0
    veiled: bytes | None = None
    about: int = 0

    def form(self, contiguous_from: int, since: int) -> bytes:
        """Encoded for a connection: what it saw without a gap, and what it may see."""
        if self.veiled is not None and self.about <= since:
            return self.veiled
        if self.short is not None and contiguous_from <= self.stream_start:
            return self.short
        return self.encoded


class Ring:
    """Items by a local index that only grows; old ones fall out and live on in the store.

    Bounded in items and in bytes: what a lagging connection gets as one frame, and what a
    session costs in memory. Who lags further reads from the store, page by page.
    """

    def __init__(self, size: int = 2000, max_bytes: int = 2_000_000) -> None:
        self._size = size
        self._max_bytes = max_bytes
        self._bytes = 0
        self._items: deque[Item] = deque()
        self._frames: dict[tuple[int, int, int], bytes] = {}
        self._newest_special = -1
        self.head = 0
        """Index of the next item."""

    @property
    def tail(self) -> int:
        """Index of the oldest item still here."""
        return self.head - len(self._items)

    def push(self, item: Item) -> None:
        """Tell one more thing."""
        self._items.append(item)
        self._bytes += len(item.encoded)
        while len(self._items) > self._size or (
            self._bytes > self._max_bytes and len(self._items) > 1
        ):
            self._bytes -= len(self._items.popleft().encoded)
        if item.short is not None or item.veiled is not None:
            self._newest_special = self.head
        self.head += 1
        self._frames.clear()

    def since(self, index: int) -> list[Item]:
        """Items from ``index`` on; it must not be older than ``tail``."""
        skip = index - self.tail
        if skip < 0:
            raise IndexError(index)
        if skip == 0:
            return list(self._items)
        count = self.head - index
        items = self._items
        return [items[i] for i in range(-count, 0)]

    def parts(self, index: int, contiguous_from: int, since: int = 0) -> list[bytes]:
        """Encoded items from ``index``, in the form right for a connection.

        ``contiguous_from`` is the index since which that connection missed nothing; it sees
        the messages with a seq above ``since``.
        """
        return [item.form(contiguous_from, since) for item in self.since(index)]

    def frame(self, index: int, contiguous_from: int, since: int = 0) -> bytes:
        """The frame of ``parts``: made once for all connections that stand at one place."""
        # the form differs between connections only where there is another one
        special = index <= self._newest_special
        key = (index, contiguous_from, since) if special else (index, -1, 0)
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = join_frame(self.parts(index, contiguous_from, since))
        return frame
