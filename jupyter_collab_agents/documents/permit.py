"""Whether a merged edit may be made now: the server's switches, and locks."""

from msgspec import Struct

from ..domain.edits import touched
from ..domain.errors import Refusal
from ..domain.lock_ends import standing
from ..hub.clock import Clock
from ..protocol.errors import ErrorCode
from ..protocol.locks import Lock, LockScope
from .changing import Merged
from .intent import Intent
from .log import DocumentLog
from .protection import Protection

MOST_OPEN = 500
"""Conflicts of one document that may wait; all of them are told with each change of it."""


class Locked(Refusal):
    """Somebody holds what the edit would change."""


class Unmergeable(Refusal):
    """The edit and the document disagree, and nothing was changed."""

    def __init__(self, merged: Merged) -> None:
        super().__init__(
            ErrorCode.CONFLICT, "The document has changed in the same place. Read it again."
        )
        self.merged = merged


class MergeSetting(Struct, frozen=True):
    """``merge``: edits into documents that have changed since. ``ask``: keep what cannot be
    merged for people to decide; else such an edit is refused as a whole."""

    merge: bool = True
    ask: bool = True


class Permit:
    """Asked directly before an edit is made; nothing happens in between."""

    def __init__(
        self, setting: MergeSetting, clock: Clock, log: DocumentLog, protection: Protection
    ) -> None:
        self._setting = setting
        self._clock = clock
        self._log = log
        self._protection = protection

    def check(self, intent: Intent, merged: Merged, *, whole: bool) -> None:
        """Raise ``Refusal`` unless it may be made. ``whole``: nothing may be left to decide."""
        stale = intent.meets_changes_of_others(merged.ours)
        if stale and not self._setting.merge:
            raise Refusal(
                ErrorCode.CONFLICT,
                "The document has changed since this version, and this server merges nothing by "
                "itself. Read it again.",
            )
        if merged.conflicts and (whole or not self._setting.ask):
            raise Unmergeable(merged)
        if merged.conflicts and len(self._log.document(intent.document_id).conflicts) >= MOST_OPEN:
            raise Refusal(
                ErrorCode.CONFLICT,
                f"{MOST_OPEN} conflicts of this document wait already. Decide some of them, or "
                "read the document again and send what fits.",
            )
        if merged.steps:
            self._check_locks(intent, touched(merged.steps))

    def _check_locks(self, intent: Intent, cells: set[str]) -> None:
        protected = self._protection.of(intent.document_id, intent.actor.participant_id)
        if protected.outputs:
            raise Refusal(ErrorCode.FORBIDDEN, "Your account may not change files on this server.")
        if protected.everything or protected.cells & cells:
            raise Locked(ErrorCode.LOCKED, self._who(intent, cells))

    def _who(self, intent: Intent, cells: set[str]) -> str:
        document = self._log.document(intent.document_id)
        for lock in standing(document, self._clock.now()):
            if lock.holder != intent.actor.participant_id and _covers(lock, cells):
                return f"{lock.holder_name} has locked {_what(lock)}. Wait, or ask for the lock."
        return "Somebody has locked this. Wait, or ask for the lock."


def _covers(lock: Lock, cells: set[str]) -> bool:
    if lock.scope is LockScope.DOCUMENT:
        return True
    return lock.scope is LockScope.CELL and lock.cell_id in cells


def _what(lock: Lock) -> str:
    if lock.scope is LockScope.DOCUMENT:
        return "this document"
    return "a cell" if lock.cell_index is None else f"cell {lock.cell_index + 1}"
