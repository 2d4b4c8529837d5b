"""Tells people that an edit of theirs was put back, and who is in the way. A few words for a
burst of keys, not one for each."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ..hub import metrics
from ..hub.clock import Timer
from ..hub.hub import Hub
from ..protocol.locks import EditObstacle, EditRefused, Lock

TOGETHER = 0.25
"""Seconds in which refusals of one person in one document are told together."""


class _Pending(Struct):
    obstacle: EditObstacle
    cell_ids: dict[str, None]
    locks: dict[str, Lock]
    timer: Timer


class RefusedEdits:
    """``path_of`` tells where a document is now."""

    def __init__(self, hub: Hub, path_of: Callable[[str], str]) -> None:
        self._hub = hub
        self._path_of = path_of
        self._pending: dict[tuple[str, str], _Pending] = {}

    def add(
        self,
        document_id: str,
        participant_id: str,
        obstacle: EditObstacle,
        cell_ids: Sequence[str],
        locks: Sequence[Lock],
    ) -> None:
        """An edit was put back."""
        metrics.PUT_BACK.labels(obstacle.value).inc()
        key = (document_id, participant_id)
        pending = self._pending.get(key)
        if pending is None:
            timer = self._hub.clock.call_later(TOGETHER, lambda: self._tell(key))
            pending = self._pending[key] = _Pending(obstacle, {}, {}, timer)
        pending.obstacle = obstacle
        pending.cell_ids.update(dict.fromkeys(cell_ids))
        pending.locks.update((lock.lock_id, lock) for lock in locks)

    def close(self) -> None:
        """Tell nothing more."""
        for pending in self._pending.values():
            pending.timer.cancel()
        self._pending.clear()

    def _tell(self, key: tuple[str, str]) -> None:
        document_id, participant_id = key
        pending = self._pending.pop(key)
        self._hub.tell_person(
            participant_id,
            EditRefused(
                document_id=document_id,
                path=self._path_of(document_id),
                at=self._hub.clock.now(),
                obstacle=pending.obstacle,
                cell_ids=list(pending.cell_ids),
                locks=list(pending.locks.values()),
            ),
        )
