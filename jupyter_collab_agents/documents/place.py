"""A place in a shared text that stays where it is while others type around it."""

from typing import Any

from pycrdt import Assoc, StickyIndex

from .text import bytes_in


def _name(text: Any) -> Any:
    return StickyIndex.new(text, 0, Assoc.BEFORE).to_json().get("type")


class Place:
    """Counts in bytes, as shared texts do, and moves with what is put in and taken out before it.

    What is put in exactly here is before it then.
    """

    def __init__(self, text: Any, at: int) -> None:
        self._text = text
        self.at = at
        self._subscription = text.observe(self._changed)

    def insert(self, words: str) -> None:
        """Put in here; the place is behind it then (when the transaction is over)."""
        self._text.insert(self.at, words)

    def is_in(self, text: Any) -> bool:
        """Whether this is that text (a cell that is moved is written anew, text and all)."""
        return bool(_name(self._text) == _name(text))

    def close(self) -> None:
        """No longer needed."""
        self._text.unobserve(self._subscription)

    def _changed(self, event: Any) -> None:
        at = 0
        for step in event.delta:
            if at > self.at:
                break
            if "retain" in step:
                at += int(step["retain"])
            elif "insert" in step:
                length = bytes_in(step["insert"])
                if at <= self.at:
                    self.at += length
                at += length
            else:
                gone = int(step["delete"])
                self.at -= min(gone, max(0, self.at - at))
