"""Agents that ask agents: who began, and how far it is from there."""

from msgspec import Struct

from ..hub.recent import Recent
from ..protocol.participants import Profile

REMEMBERED_RUNS = 1000
"""Runs whose chain is known after their end, for messages that come late."""


class Chain(Struct, frozen=True):
    """Whoever began it (their rights hold for all of it), and the agents in between."""

    on_behalf_of: Profile
    hops: int = 0

    def longer(self) -> "Chain":
        """As it is for the next agent."""
        return Chain(self.on_behalf_of, self.hops + 1)


class KnownChains:
    """The chains of the runs that worked here, the longest unasked forgotten first."""

    def __init__(self) -> None:
        self._chains: Recent[str, Chain] = Recent(REMEMBERED_RUNS)

    def remember(self, run_id: str, chain: Chain) -> None:
        """A run is part of a chain."""
        self._chains.put(run_id, chain)

    def of(self, run_id: str | None) -> Chain | None:
        """The chain of a run, null if it is not (or no longer) known."""
        return None if run_id is None else self._chains.get(run_id)
