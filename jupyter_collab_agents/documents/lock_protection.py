"""What locks and accounts keep people from changing, asked for every update of a document."""

from collections.abc import Iterable, Sequence

from ..domain.lock_ends import standing
from ..hub.hub import Hub
from ..protocol.locks import EditObstacle, Lock, LockScope
from .log import DocumentLog
from .protection import FREE, READ_ONLY, Protected, PutBack
from .refused_edits import RefusedEdits


class LockProtection:
    """See ``Protection``. Ranges are advisory."""

    def __init__(self, hub: Hub, log: DocumentLog) -> None:
        self._hub = hub
        self._log = log
        self._refused = RefusedEdits(hub, log.path)

    def of(self, document_id: str, participant_id: str) -> Protected:
        """See ``Protection``; an account that nobody was asked about may change nothing."""
        if not self._may_write(participant_id):
            return READ_ONLY
        return self.locked(document_id, participant_id)

    def locked(self, document_id: str, participant_id: str) -> Protected:
        """The same for somebody whose right to write was asked for elsewhere: locks only."""
        locks = self._standing(document_id)
        if not locks:
            return FREE
        others = [lock for lock in locks if lock.holder != participant_id]
        return Protected(
            everything=any(lock.scope is LockScope.DOCUMENT for lock in others),
            cells=_cells(others),
            held=_cells(lock for lock in locks if lock.holder == participant_id),
        )

    def put_back(self, document_id: str, participant_id: str, what: Sequence[PutBack]) -> None:
        """See ``Protection``."""
        cells = list(dict.fromkeys(one.cell_id for one in what if one.cell_id is not None))
        may = self._may_write(participant_id)
        self._refused.add(
            document_id,
            participant_id,
            EditObstacle.LOCKED if may else EditObstacle.READ_ONLY,
            cells,
            [
                lock
                for lock in self._standing(document_id)
                if lock.holder != participant_id
                and (
                    lock.scope is LockScope.DOCUMENT
                    or (lock.scope is LockScope.CELL and (lock.cell_id in cells or not cells))
                )
            ],
        )

    def close(self) -> None:
        """Tell nobody anything more."""
        self._refused.close()

    def _may_write(self, participant_id: str) -> bool:
        # an agent has no account: what it may do is looked at where it is let in
        return participant_id.startswith("agent:") or self._hub.accounts.of(participant_id).edits

    def _standing(self, document_id: str) -> list[Lock]:
        document = self._log.document(document_id)
        return standing(document, self._hub.clock.now()) if document.locks else []


def _cells(locks: Iterable[Lock]) -> frozenset[str]:
    return frozenset(
        lock.cell_id for lock in locks if lock.scope is LockScope.CELL and lock.cell_id is not None
    )
