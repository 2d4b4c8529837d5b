"""Text that an agent is still writing: pieces travel together, at most one per interval."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import UNSET

from ..protocol.chat import MessageDelta, StreamAborted, StreamStart
from .clock import Timer

if TYPE_CHECKING:
    from .live_session import LiveSession


class Stream:
    """One message on its way. Ephemeral until ``text`` is posted by its owner."""

    def __init__(
        self,
        session: "LiveSession",
        message_id: str,
        start: StreamStart,
        on_closed: Callable[["Stream"], None],
    ) -> None:
        self._session = session
        self._on_closed = on_closed
        self.message_id = message_id
        self.start = start
        self.start_index = session.ring.head
        self._told = 0
        """Characters that were told already."""
        self._pieces: list[str] = []
        self._text = ""
        self._timer: Timer | None = None
        self._open = True

    @property
    def text(self) -> str:
        """All that was written so far."""
        if self._pieces:
            self._text += "".join(self._pieces)
            self._pieces.clear()
        return self._text

    def write(self, piece: str) -> None:
        """Add text. Cheap: it is told with the next flush."""
        if not piece or not self._open:
            return
        self._pieces.append(piece)
        if self._timer is None:
            interval = self._session.settings.stream_interval if self._told else 0.0
            self._timer = self._session.clock.call_later(interval, self._flush)

    def close(self) -> str:
        """Tell the rest; the whole text."""
        self._stop()
        return self.text

    def abort(self) -> None:
        """Take back what was told."""
        self._stop()
        if self._told:
            self._session.tell(StreamAborted(message_id=self.message_id))

    def so_far(self) -> MessageDelta | None:
        """For somebody who comes in the middle: all that was told, as one piece."""
        if not self._told:
            return None
        return MessageDelta(
            message_id=self.message_id, offset=0, text=self._text[: self._told], start=self.start
        )

    def _stop(self) -> None:
        if not self._open:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._flush()
        self._open = False
        self._on_closed(self)

    def _flush(self) -> None:
        self._timer = None
        text = self.text
        if len(text) > self._told:
            self._session.tell(
                MessageDelta(
                    message_id=self.message_id,
                    offset=self._told,
                    text=text[self._told :],
                    start=UNSET if self._told else self.start,
                )
            )
            self._told = len(text)
