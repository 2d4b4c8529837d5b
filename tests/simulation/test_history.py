"""The checks themselves, on histories made by hand."""

import pytest

from .history import History, Sent, Told, broken, violations


def posted(seq, body):
    return {"type": "chat.posted", "seq": seq, "body": body, "actor": "user:a"}


def a_good_one():
    """Two tabs, two posts, both told to both."""
    log = [{"type": "session.created", "seq": 1}, posted(2, "t1:x"), posted(3, "t1:y")]
    return History(
        sent=[
            Sent("t1", "s", "r1", "chat.post", "t1:x"),
            Sent("t1", "s", "r2", "chat.post", "t1:y"),
            Sent("t1", "s", "r3", "context.set", None),
        ],
        acks=[("t1", "r1", 2), ("t1", "r1", 2), ("t1", "r2", 3)],
        refused=[("t1", "r3", "conflict")],
        told=[Told("t1", "s", 1, log[1:]), Told("t2", "s", 3, [])],
        stored={"s": log},
        connected={"s": {"user:a": 2}},
        seen={"t1": {"user:a": 2}, "t2": {"user:a": 2}},
        sessions={"t1": "s", "t2": "s"},
    )


def test_a_good_history_has_no_violations():
    assert violations(a_good_one()) == []


def acked_elsewhere(h):
    h.acks[2] = ("t1", "r2", 2)


def acked_twice_differently(h):
    h.acks[1] = ("t1", "r1", 3)


def acked_without_storing(h):
    h.acks[2] = ("t1", "r2", 99)


def a_hole(h):
    h.stored["s"][2]["seq"] = 4


def told_too_little(h):
    h.told[0].events = h.told[0].events[:1]


def told_twice(h):
    h.told[0].events = [*h.told[0].events, h.told[0].events[-1]]


def told_another_order(h):
    h.told[0].events = h.told[0].events[::-1]


def told_other_content(h):
    h.told[0].events = [h.told[0].events[0], posted(3, "forged")]


def out_of_order(h):
    h.stored["s"][1:] = [posted(2, "t1:y"), posted(3, "t1:x")]


def never_stored(h):
    del h.stored["s"][2]


def stored_twice(h):
    h.stored["s"].append(posted(4, "t1:y"))


def never_answered(h):
    h.refused.clear()


def a_ghost(h):
    h.seen["t2"] = {"user:a": 2, "user:gone": 1}


def something_waits(h):
    h.piled_up.append("an answer")


def something_in_the_log(h):
    h.went_wrong.append("ZeroDivisionError")


@pytest.mark.parametrize(
    ("spoil", "invariant"),
    [
        (acked_elsewhere, "I1"),
        (acked_twice_differently, "I1"),
        (acked_without_storing, "I1"),
        (a_hole, "I2"),
        (told_too_little, "I3"),
        (told_twice, "I3"),
        (told_another_order, "I3"),
        (told_other_content, "I3"),
        (out_of_order, "I4"),
        (never_stored, "I5"),
        (stored_twice, "I5"),
        (never_answered, "I5"),
        (a_ghost, "I7"),
        (something_waits, "I8"),
        (something_in_the_log, "I9"),
    ],
)
def test_each_check_sees_what_it_is_for(spoil, invariant):
    history = a_good_one()
    spoil(history)
    assert invariant in broken(violations(history))
