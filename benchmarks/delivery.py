"""Messages between people: latency at two rates, and how many there can be."""

import time
from statistics import median

from .figures import Figures, check, figures, middle
from .load import Crowd
from .table import Row
from .usage import CALM, until_calm

WARM_UP = 0.5
FIRST = 2500
"""Messages before anything is measured: a server that has run for a while does not let its files
grow any more, it writes them over."""

WINDOW = 16
"""Messages under way per socket when there are to be as many as possible."""


class Delivery:
    """Our server and the bare fan-out by turns: A B A B."""

    def __init__(
        self,
        ours: Crowd,
        bare: Crowd,
        *,
        rounds: int,
        seconds: float,
        patience: float,
    ) -> None:
        self._ours = ours
        self._bare = bare
        self._rounds = rounds
        self._seconds = seconds
        self._patience = patience
        self.problems: list[str] = []
        self._warm = False
        self.others = 0.0
        """The most that other processes took of a core in a round that counts."""

    async def at_rate(self, rate: float, *, against_bare: bool) -> list[Row]:
        """Open loop. With ``against_bare`` the targets are ratios as well."""
        ours, bare = await self._by_turns(rate)
        a, b = middle(ours), middle(bare)
        p99 = median(x.p99 / y.p99 for x, y in zip(ours, bare, strict=True))
        p50 = median(x.p50 / y.p50 for x, y in zip(ours, bare, strict=True))
        name = f"{rate:.0f} messages/s"
        ratio99 = " and <= 1.5 x bare" if against_bare else ""
        return [
            Row(
                f"{name}: p50 of delivery",
                "<= 3 x bare" if against_bare else "",
                f"{a.p50:.2f} ms",
                f"{b.p50:.2f} ms",
                f"{p50:.2f}",
                p50 <= 3 if against_bare else None,
            ),
            Row(
                f"{name}: p99 of delivery",
                f"< 100 ms{ratio99}",
                f"{a.p99:.2f} ms",
                f"{b.p99:.2f} ms",
                f"{p99:.2f}",
                a.p99 < 100 and (p99 <= 1.5 or not against_bare),
            ),
            Row(
                f"{name}: worst delivery, deliveries/s",
                "",
                f"{a.worst:.1f} ms, {a.rate:.0f}/s",
                f"{b.worst:.1f} ms, {b.rate:.0f}/s",
            ),
            self._cores(name, a, b),
        ]

    async def saturated(self, name: str) -> list[Row]:
        """Closed loop: as many as there can be."""
        ours, bare = await self._by_turns(None)
        a, b = middle(ours), middle(bare)
        ratio = median(x.rate / y.rate for x, y in zip(ours, bare, strict=True))
        return [
            Row(
                f"{name}: deliveries/s",
                ">= 1.5 x bare",
                f"{a.rate:.0f}/s",
                f"{b.rate:.0f}/s",
                f"{ratio:.2f}",
                ratio >= 1.5,
            ),
            self._cores(name, a, b),
        ]

    def proof(self) -> Row:
        """Of all rounds together."""
        found = "; ".join(sorted(set(self.problems))) or "none"
        return Row("lost, doubled or swapped messages", "none", found, met=not self.problems)

    def disturbance(self) -> Row:
        """How far the figures above can be trusted."""
        return Row("cores that other processes took meanwhile", "", f"{self.others:.2f} at most")

    @staticmethod
    def _cores(name: str, a: Figures, b: Figures) -> Row:
        return Row(
            f"{name}: busy cores, server and load",
            "",
            f"{a.server:.2f} and {a.load:.2f}",
            f"{b.server:.2f} and {b.load:.2f}",
        )

    async def _by_turns(self, rate: float | None) -> tuple[list[Figures], list[Figures]]:
        """Pairs of rounds. On a shared machine others disturb some of them: for ``patience``
        seconds those are repeated, when it is quiet, and the least disturbed ones count."""
        if not self._warm:
            self._warm = True
            for crowd in (self._ours, self._bare):
                self.problems += check(await crowd.at_rate(1000, FIRST / 1000, 0))
        pairs: list[tuple[Figures, Figures]] = []
        calm = 0
        deadline = time.perf_counter() + self._patience
        while calm < self._rounds and (len(pairs) < self._rounds or time.perf_counter() < deadline):
            await until_calm(deadline)
            pair = await self._round(self._ours, rate), await self._round(self._bare, rate)
            pairs.append(pair)
            calm += _disturbed(pair) <= CALM
        pairs.sort(key=_disturbed)
        chosen = pairs[: self._rounds]
        self.others = max(self.others, _disturbed(chosen[-1]))
        return [ours for ours, _ in chosen], [bare for _, bare in chosen]

    async def _round(self, crowd: Crowd, rate: float | None) -> Figures:
        if rate is None:
            arrivals = await crowd.closed_loop(WINDOW, self._seconds, WARM_UP)
        else:
            arrivals = await crowd.at_rate(rate, self._seconds, WARM_UP)
        self.problems += check(arrivals)
        return figures(arrivals)


def _disturbed(pair: tuple[Figures, Figures]) -> float:
    return max(one.others for one in pair)
