"""Which run is next. Pure: a queue per agent, slots for all, one run per agent and session.

The next run is the oldest that may start, of the agent with the fewest running: an agent that is
asked a lot does not keep the others waiting.
"""

from collections import Counter

from msgspec import Struct


class QueueFull(Exception):
    """Too many questions wait for this agent."""


class Waiting(Struct, frozen=True):
    """A run that has not begun."""

    run_id: str
    agent_id: str
    session_id: str


class RunQueue:
    """Waiting and running runs, no more than ``max_running`` and ``max_waiting`` per agent."""

    def __init__(self, max_running: int, max_waiting: int) -> None:
        self._max_running = max_running
        self._max_waiting = max_waiting
        self._waiting: dict[str, Waiting] = {}
        self._running: dict[str, Waiting] = {}
        self._reserved: Counter[str] = Counter()

    def reserve(self, agent_id: str) -> None:
        """Keep a place. Raises QueueFull. Follow with ``put`` or ``give_back``."""
        waiting = sum(1 for run in self._waiting.values() if run.agent_id == agent_id)
        if waiting + self._reserved[agent_id] >= self._max_waiting:
            raise QueueFull
        self._reserved[agent_id] += 1

    def give_back(self, agent_id: str) -> None:
        """The reserved place is not needed."""
        self._reserved[agent_id] -= 1

    def put(self, run: Waiting) -> None:
        """Wait in the reserved place."""
        self._reserved[run.agent_id] -= 1
        self._waiting[run.run_id] = run

    def take(self) -> Waiting | None:
        """The run to start now; it counts as running until ``end``."""
        if len(self._running) >= self._max_running:
            return None
        busy = {(run.agent_id, run.session_id) for run in self._running.values()}
        load = Counter(run.agent_id for run in self._running.values())
        ready = [r for r in self._waiting.values() if (r.agent_id, r.session_id) not in busy]
        if not ready:
            return None
        run = min(ready, key=lambda r: load[r.agent_id])  # the oldest of those with equal load
        self._running[run.run_id] = self._waiting.pop(run.run_id)
        return run

    def withdraw(self, run_id: str) -> bool:
        """Take a waiting run out; false if it does not wait."""
        return self._waiting.pop(run_id, None) is not None

    def end(self, run_id: str) -> None:
        """A running run is over."""
        del self._running[run_id]
