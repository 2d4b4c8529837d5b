"""The text of one run: streamed while it comes, posted when it ends, never too long."""

from collections.abc import Callable

from .ports import Stream
from .storable_text import storable

MAX_ANSWER = 60_000
"""Bytes of UTF-8, below what a message may have, so that a closing note still fits."""

CUT = "(cut here: the answer was too long for one message)"


class Answer:
    """Opens a stream with the first text; without text there is no message."""

    def __init__(self, open_stream: Callable[[], Stream], max_bytes: int = MAX_ANSWER) -> None:
        self._open_stream = open_stream
        self._stream: Stream | None = None
        self._left = max_bytes
        self._pieces: list[str] = []
        self.full = False

    @property
    def text(self) -> str:
        """What was written so far."""
        return "".join(self._pieces)

    def write(self, text: str) -> None:
        """Show a piece; what does not fit is dropped and ``full`` is set."""
        if self.full or not text:
            return
        # cleaned first: what replaces a character may be longer than it was
        piece = storable(text).encode()
        if len(piece) > self._left:
            self.full = True
            piece = piece[: self._left]
        self._left -= len(piece)
        self._show(piece.decode(errors="ignore"))

    def close_with(self, note: str) -> None:
        """Add a last paragraph, outside any code block that is still open."""
        if not self._pieces:
            self._show(storable(note))
            return
        text = self.text
        fences = sum(line.lstrip().startswith("```") for line in text.splitlines())
        end = "" if text.endswith("\n") else "\n"
        self._show(f"{end}{'```' if fences % 2 else ''}\n{note}")

    async def post(self) -> str | None:
        """Post the message; its id, null if there was no text. If that fails nothing stays."""
        stream, self._stream = self._stream, None
        if stream is None:
            return None
        try:
            return await stream.finish()
        except BaseException:
            stream.abort()
            raise

    def _show(self, text: str) -> None:
        if not text:
            return
        if self._stream is None:
            self._stream = self._open_stream()
        self._stream.write(text)
        self._pieces.append(text)
