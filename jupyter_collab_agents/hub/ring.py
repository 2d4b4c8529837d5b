"""The newest told things of a live session, encoded once, shared by all its connections."""

from collections import deque

from msgspec import Struct

from ..protocol.frames import join_frame


class Item(Struct, frozen=True, gc=False):
    """One told event.

    ``short`` is the form for connections that saw every item since ``stream_start`` (the
    text was streamed to them already).
    """

    seq: int | None
    encoded: bytes
    short: bytes | None = None
    stream_start: int = 0


class Ring:
    """Items by a local index that only grows; old ones fall out and live on in the store."""

    def __init__(self, size: int = 2000) -> None:
        self._items: deque[Item] = deque(maxlen=size)
        self._frames: dict[tuple[int, int], bytes] = {}
        self._newest_short = -1
        self.head = 0
        """Index of the next item."""

    @property
    def tail(self) -> int:
        """Index of the oldest item still here."""
        return self.head - len(self._items)

    def push(self, item: Item) -> None:
        """Tell one more thing."""
        self._items.append(item)
        if item.short is not None:
            self._newest_short = self.head
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

    def parts(self, index: int, contiguous_from: int) -> list[bytes]:
        """Encoded items from ``index``, in the form right for a connection.

        ``contiguous_from`` is the index since which that connection missed nothing.
        """
        return [
            item.encoded
            if item.short is None or contiguous_from > item.stream_start
            else item.short
            for item in self.since(index)
        ]

    def frame(self, index: int, contiguous_from: int) -> bytes:
        """The frame of ``parts``: made once for all connections that stand at one place."""
        # the form differs between connections only where there is a short one
        key = (index, contiguous_from if index <= self._newest_short else -1)
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = join_frame(self.parts(index, contiguous_from))
        return frame
