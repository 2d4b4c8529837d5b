"""How often one participant may make one agent answer."""

from collections import deque


class AskRate:
    """At most ``limit`` questions per agent and source within ``window`` seconds."""

    def __init__(self, limit: int = 10, window: float = 60.0) -> None:
        self._limit = limit
        self._window = window
        self._asked: dict[tuple[str, str], deque[float]] = {}

    def allow(self, agent_id: str, source: str, now: float) -> bool:
        """Whether ``source`` may ask at ``now`` (monotonic seconds); counts it if so."""
        times = self._asked.setdefault((agent_id, source), deque())
        _forget(times, now - self._window)
        if len(times) >= self._limit:
            return False
        times.append(now)
        if len(self._asked) > 1000:
            self._sweep(now)
        return True

    def _sweep(self, now: float) -> None:
        for key, times in list(self._asked.items()):
            _forget(times, now - self._window)
            if not times:
                del self._asked[key]


def _forget(times: deque[float], until: float) -> None:
    while times and times[0] <= until:
        times.popleft()
