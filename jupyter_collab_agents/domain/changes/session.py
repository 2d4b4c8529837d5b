"""The session itself."""

from typing import Any

from ...protocol.sessions import (
    ActiveFileChanged,
    FilesChanged,
    HistoryAccessChanged,
    SessionArchived,
    SessionMuted,
    SessionRenamed,
    SessionReopened,
    SessionState,
    SessionStatus,
)
from .change import Changes


def _renamed(_: SessionState, event: SessionRenamed) -> dict[str, Any]:
    return {"name": event.name}


def _archived(_: SessionState, _event: SessionArchived) -> dict[str, Any]:
    return {"status": SessionStatus.ARCHIVED}


def _reopened(_: SessionState, _event: SessionReopened) -> dict[str, Any]:
    return {"status": SessionStatus.ACTIVE}


def _muted(_: SessionState, event: SessionMuted) -> dict[str, Any]:
    return {"muted": event.muted}


def _history(_: SessionState, event: HistoryAccessChanged) -> dict[str, Any]:
    return {"history": event.history}


def _files(_: SessionState, event: FilesChanged) -> dict[str, Any]:
    return {"files": event.files}


def _active_file(_: SessionState, event: ActiveFileChanged) -> dict[str, Any]:
    return {"active_file": event.path}


CHANGES: Changes = {
    SessionRenamed: _renamed,
    SessionArchived: _archived,
    SessionReopened: _reopened,
    SessionMuted: _muted,
    HistoryAccessChanged: _history,
    FilesChanged: _files,
    ActiveFileChanged: _active_file,
}
