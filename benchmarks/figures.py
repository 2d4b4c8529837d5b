"""From arrivals to figures, and the proof that nothing was lost, doubled or swapped."""

from array import array
from statistics import median

from msgspec import Struct

from .usage import Usage


class Arrivals(Struct):
    """One round. ``senders``, ``sessions`` and ``due`` are by number, counted from ``first``;
    ``groups`` has the numbers and times that each socket of each session saw. What was due from
    ``measured_from`` on counts, and deliveries until ``until``."""

    first: int
    senders: "array[int]"
    due: "array[float]"
    groups: list[list[tuple["array[int]", "array[float]"]]]
    measured_from: float
    until: float
    usage: Usage


class Figures(Struct, frozen=True):
    """Latencies in ms; ``rate`` in deliveries/s; ``server``, ``load`` and ``others`` in cores."""

    p50: float
    p99: float
    worst: float
    rate: float
    server: float
    load: float
    others: float


def check(arrivals: Arrivals) -> list[str]:
    """What is wrong with a round; nothing if every participant saw every message of the session
    exactly once, all in one order, each sender's in the order they were sent."""
    problems: list[str] = []
    for group in arrivals.groups:
        seen = list(group[0][0])
        if any(list(numbers) != seen for numbers, _ in group[1:]):
            problems.append("participants of one session saw different messages, or another order")
        if len(set(seen)) != len(seen):
            problems.append("a message came twice")
        last: dict[int, int] = {}
        for number in seen:
            sender = arrivals.senders[number - arrivals.first]
            if last.get(sender, -1) > number:
                problems.append("messages of one sender came in another order")
                break
            last[sender] = number
    everything = {number for group in arrivals.groups for number in group[0][0]}
    lost = len(arrivals.senders) - len(everything)
    if lost:
        problems.append(f"{lost} of {len(arrivals.senders)} messages did not come")
    return problems


def figures(arrivals: Arrivals) -> Figures:
    """Of what was due after the warm-up."""
    latencies: list[float] = []
    count = 0
    for group in arrivals.groups:
        for numbers, times in group:
            for number, at in zip(numbers, times, strict=True):
                due = arrivals.due[number - arrivals.first]
                if due >= arrivals.measured_from:
                    latencies.append(at - due)
                if arrivals.measured_from <= at < arrivals.until:
                    count += 1
    latencies.sort()
    return Figures(
        p50=1000 * latencies[len(latencies) // 2],
        p99=1000 * latencies[int(len(latencies) * 0.99)],
        worst=1000 * latencies[-1],
        rate=count / (arrivals.until - arrivals.measured_from),
        server=arrivals.usage.server,
        load=arrivals.usage.load,
        others=arrivals.usage.others,
    )


def middle(rounds: list[Figures]) -> Figures:
    """The median of each figure."""
    names = Figures.__struct_fields__
    return Figures(*(median(getattr(one, name) for one in rounds) for name in names))
