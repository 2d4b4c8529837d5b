"""Notices of locks: the lock itself is the document's, whatever session somebody is in."""

from typing import Any

from ...protocol.locks import LockAcquired, LockReleased
from ...protocol.sessions import SessionState
from .change import Changes


def _noticed(_state: SessionState, _event: LockAcquired | LockReleased) -> dict[str, Any]:
    return {}


CHANGES: Changes = {LockAcquired: _noticed, LockReleased: _noticed}
