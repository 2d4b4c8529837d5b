"""The judge itself: a history with a fault is never passed."""

from collections.abc import Callable
from typing import Any

import pytest

from .history import History, Segment


def posted(seq: int, text: str) -> dict[str, Any]:
    return {"type": "chat.posted", "seq": seq, "actor": "user:ann", "body": text}


def good() -> tuple[History, list[dict[str, Any]]]:
    stored = [posted(seq, f"a {seq - 1}") for seq in range(1, 6)]
    history = History(
        sent={"a": [f"a {n}" for n in range(5)]},
        acked=[(f"a {n}", n + 1) for n in range(5)],
        told={"a": [Segment(0, list(stored[:2])), Segment(2, list(stored[2:]))]},
    )
    return history, stored


def test_a_history_without_fault_passes() -> None:
    history, stored = good()
    history.check(stored)
    history.check_everybody_saw_the_end(stored)


def _lose_acknowledged(history: History, stored: list[dict[str, Any]]) -> None:
    stored[4]["body"] = "a 9"


def _lose(history: History, stored: list[dict[str, Any]]) -> None:
    history.acked.pop()
    stored.pop()
    history.told["a"][1].events.pop()


def _leave_a_hole(history: History, stored: list[dict[str, Any]]) -> None:
    for event in stored[2:]:
        event["seq"] += 1


def _store_twice(history: History, stored: list[dict[str, Any]]) -> None:
    stored.append(posted(6, "a 4"))


def _swap(history: History, stored: list[dict[str, Any]]) -> None:
    stored[0]["body"], stored[1]["body"] = "a 1", "a 0"
    history.acked.clear()


def _tell_twice(history: History, stored: list[dict[str, Any]]) -> None:
    history.told["a"][1].events.insert(0, stored[2])


def _skip(history: History, stored: list[dict[str, Any]]) -> None:
    del history.told["a"][1].events[1]


def _tell_something_else(history: History, stored: list[dict[str, Any]]) -> None:
    history.told["a"][0].events[0] = posted(1, "a lie")


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (_lose_acknowledged, "I1"),
        (_leave_a_hole, "I2"),
        (_tell_twice, "I3"),
        (_skip, "I3"),
        (_tell_something_else, "I3"),
        (_swap, "I4"),
        (_lose, "I5"),
        (_store_twice, "I5"),
    ],
)
def test_each_fault_is_found(
    fault: Callable[[History, list[dict[str, Any]]], None], rule: str
) -> None:
    history, stored = good()
    fault(history, stored)
    with pytest.raises(AssertionError, match=rule):
        history.check(stored)


def test_who_missed_the_end_is_found() -> None:
    history, stored = good()
    history.told["a"][1].events.pop()
    with pytest.raises(AssertionError, match="I3"):
        history.check_everybody_saw_the_end(stored)
