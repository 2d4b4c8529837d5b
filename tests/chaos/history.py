"""What clients asked, were told and were promised; and what must hold of it afterwards.

Every message's text is ``<sender> <number>`` (then anything), numbered by its sender from 0.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Segment:
    """What one client was told without a break: everything after ``after``, in this order."""

    after: int
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class History:
    """A whole run, recorded by the clients themselves."""

    sent: dict[str, list[str]] = field(default_factory=dict)
    """By sender, the texts in the order they were typed."""
    acked: list[tuple[str, int]] = field(default_factory=list)
    """Every acknowledgement: text and seq."""
    told: dict[str, list[Segment]] = field(default_factory=dict)
    """By client."""

    def check(self, stored: list[dict[str, Any]]) -> None:
        """Raise ``AssertionError`` unless ``stored``, the log, keeps every promise."""
        texts = {e["seq"]: e["body"] for e in stored if e["type"] == "chat.posted"}
        _numbered_without_hole(stored)
        _kept_what_was_acknowledged(self.acked, texts)
        _kept_everything_once_and_in_order(self.sent, texts)
        for client, segments in self.told.items():
            for segment in segments:
                _told_what_is_stored(client, segment, stored)

    def check_everybody_saw_the_end(self, stored: list[dict[str, Any]]) -> None:
        """Who was there to the last was told the last event."""
        for client, segments in self.told.items():
            last = segments[-1]
            seen = last.events[-1]["seq"] if last.events else last.after
            assert seen == len(stored), f"I3: {client} saw {seen} of {len(stored)}"


def _numbered_without_hole(stored: list[dict[str, Any]]) -> None:
    seqs = [event["seq"] for event in stored]
    assert seqs == list(range(1, len(seqs) + 1)), "I2: the log has a hole"


def _kept_what_was_acknowledged(acked: list[tuple[str, int]], texts: dict[int, str]) -> None:
    for text, seq in acked:
        assert texts.get(seq) == text, f"I1: acknowledged as {seq}: {text[:40]!r}"


def _kept_everything_once_and_in_order(sent: dict[str, list[str]], texts: dict[int, str]) -> None:
    by_sender: dict[str, list[str]] = {sender: [] for sender in sent}
    for text in texts.values():
        by_sender[text.partition(" ")[0]].append(text)
    for sender, typed in sent.items():
        kept = by_sender[sender]
        assert len(kept) == len(set(kept)), f"I5: {sender} is stored twice"
        assert set(kept) == set(typed), f"I5: {len(typed) - len(kept)} of {sender} are lost"
        assert kept == typed, f"I4: {sender} is out of order"


def _told_what_is_stored(client: str, segment: Segment, stored: list[dict[str, Any]]) -> None:
    end = segment.after + len(segment.events)
    told = [(e["seq"], e["type"], e["actor"], e.get("body")) for e in segment.events]
    kept = [(e["seq"], e["type"], e["actor"], e.get("body")) for e in stored[segment.after : end]]
    assert told == kept, f"I3: {client} was told something else than what is stored"
