"""What happened, as seen from outside, and what must be true of it.

The invariants are checked from recorded histories only, never from logs or from inside a hub:

- I1 every acknowledged (ref, seq) is stored once, at that seq
- I2 per session, seq is 1..n without a hole
- I3 what a client was told is what is stored: same order, no repeat, no gap, to the end
- I4 what one tab sent is stored in the order it was sent
- I5 everything that was sent and not refused is stored exactly once in the end
- I7 what everybody is told of presence is who is connected
- I8 nothing piles up in memory
- I9 nothing went wrong unnoticed: no unexpected log record, no task left behind
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field


@dataclass
class Sent:
    """A command as its tab made it. ``text`` is unique, null for what is not a post."""

    tab: str
    session: str
    ref: str
    type: str
    text: str | None


@dataclass
class Told:
    """The durable events that one tab was told since a snapshot (or since ``base``)."""

    tab: str
    session: str
    base: int
    events: list = field(default_factory=list)


@dataclass
class History:
    """A whole run. ``stored``: by session, the log at the end as events of the wire."""

    sent: list[Sent] = field(default_factory=list)
    acks: list[tuple[str, str, int | None]] = field(default_factory=list)
    """(tab, ref, seq)"""
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    """(tab, ref, code)"""
    told: list[Told] = field(default_factory=list)
    stored: dict[str, list[dict]] = field(default_factory=dict)
    connected: dict[str, dict[str, int]] = field(default_factory=dict)
    """By session: participant and number of their connections, in the end."""
    seen: dict[str, dict[str, int]] = field(default_factory=dict)
    """By tab: the same, as it was told."""
    sessions: dict[str, str] = field(default_factory=dict)
    """By tab: its session."""
    states_differ: list[str] = field(default_factory=list)
    """Tabs whose snapshot and events do not add up to the state (JO4)."""
    piled_up: list[str] = field(default_factory=list)
    went_wrong: list[str] = field(default_factory=list)

    def of_tabs(self) -> dict[str, list[Sent]]:
        by_tab: dict[str, list[Sent]] = defaultdict(list)
        for one in self.sent:
            by_tab[one.tab].append(one)
        return by_tab


def acknowledged_is_stored(history: History) -> list[str]:
    """I1"""
    wrong = []
    sent = {(one.tab, one.ref): one for one in history.sent}
    seqs: dict[tuple[str, str], int | None] = {}
    for tab, ref, seq in history.acks:
        one = sent[tab, ref]
        if seqs.setdefault((tab, ref), seq) != seq and one.text is not None:
            wrong.append(f"I1 {tab} {ref} was acknowledged at {seqs[tab, ref]} and at {seq}")
        if one.text is None:
            continue
        log = history.stored[one.session]
        at = log[seq - 1] if seq is not None and 0 < seq <= len(log) else {}
        if at.get("body") != one.text:
            wrong.append(f"I1 {tab} {ref} was acknowledged at {seq}, where it is not stored")
    return wrong


def without_holes(history: History) -> list[str]:
    """I2"""
    return [
        f"I2 the log of {session} is {seqs}"
        for session, log in history.stored.items()
        if (seqs := [event["seq"] for event in log]) != list(range(1, len(log) + 1))
    ]


def told_is_stored(history: History) -> list[str]:
    """I3"""
    wrong = []
    last: dict[str, Told] = {}
    for told in history.told:
        log = history.stored[told.session]
        should = log[told.base : told.base + len(told.events)]
        if told.events != should:
            seqs = [event["seq"] for event in told.events]
            wrong.append(f"I3 {told.tab} was told {seqs} after {told.base}, or with other content")
        last[told.tab] = told
    for told in last.values():
        if told.base + len(told.events) != len(history.stored[told.session]):
            end = told.base + len(told.events)
            wrong.append(f"I3 {told.tab} knows {end} of {len(history.stored[told.session])}")
    return wrong


def _places(history: History) -> dict[str, dict[str, list[int]]]:
    """By session and text: where it is stored."""
    places: dict[str, dict[str, list[int]]] = {}
    for session, log in history.stored.items():
        places[session] = defaultdict(list)
        for event in log:
            if event["type"] == "chat.posted":
                places[session][event["body"]].append(event["seq"])
    return places


def in_order(history: History) -> list[str]:
    """I4"""
    places = _places(history)
    wrong = []
    for tab, sent in history.of_tabs().items():
        seqs = [
            places[one.session][one.text][0]
            for one in sent
            if one.text is not None and places[one.session][one.text]
        ]
        if seqs != sorted(seqs):
            wrong.append(f"I4 what {tab} sent is stored at {seqs}")
    return wrong


def once(history: History) -> list[str]:
    """I5"""
    places = _places(history)
    refused = {(tab, ref) for tab, ref, _ in history.refused}
    answered = {(tab, ref) for tab, ref, _ in history.acks} | refused
    wrong = []
    for one in history.sent:
        if (one.tab, one.ref) not in answered:
            wrong.append(f"I5 {one.tab} {one.ref} ({one.type}) never got an answer")
        if one.text is not None and (one.tab, one.ref) not in refused:
            times = len(places[one.session][one.text])
            if times != 1:
                wrong.append(f"I5 {one.tab} {one.ref} is stored {times} times")
    return wrong


def presence_is_connections(history: History) -> list[str]:
    """I7"""
    return [
        f"I7 {tab} sees {seen}, connected are {history.connected[history.sessions[tab]]}"
        for tab, seen in history.seen.items()
        if seen != history.connected[history.sessions[tab]]
    ]


def bounded(history: History) -> list[str]:
    """I8"""
    return [f"I8 {what}" for what in history.piled_up]


def unnoticed(history: History) -> list[str]:
    """I9, and JO4"""
    return [f"I9 {what}" for what in history.went_wrong] + [
        f"JO4 {tab} has another state" for tab in history.states_differ
    ]


CHECKS = (
    acknowledged_is_stored,
    without_holes,
    told_is_stored,
    in_order,
    once,
    presence_is_connections,
    bounded,
    unnoticed,
)


def violations(history: History) -> list[str]:
    """Everything that is wrong, in the order of the invariants."""
    return [wrong for check in CHECKS for wrong in check(history)]


def broken(wrong: list[str]) -> Counter:
    """How often each invariant is broken."""
    return Counter(one.split()[0] for one in wrong)
