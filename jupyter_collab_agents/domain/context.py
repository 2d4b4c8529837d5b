"""The shared context: compare and set."""

import re
import unicodedata
from typing import Any

import msgspec

from ..protocol.context import (
    ContextChanged,
    ContextDeleted,
    ContextEntry,
    DeleteContext,
    SetContext,
)
from ..protocol.errors import ErrorCode
from ..protocol.sessions import SessionState
from .decision import Decision, Situation, exclusively, nothing
from .errors import Refusal
from .permissions import Action

_KEY = re.compile(r"\w[\w.\-/ ]{0,99}")


def set_value(situation: Situation, command: SetContext) -> Decision:
    """Another value, if nobody was faster. A value that is there already changes nothing."""
    situation.require(Action.SET_CONTEXT)
    state, setting = situation.state, situation.setting
    key = _clean_key(command.key)
    encoded = _encoded(key, command.value)
    if len(encoded) > setting.max_context_value:
        raise Refusal(
            ErrorCode.TOO_LARGE,
            f"The value of “{key}” has {len(encoded)} bytes; {setting.max_context_value} are "
            "allowed. Put it into a file and keep the path here.",
        )
    current = state.context.get(key)
    _compare(state, key, current, command.base_version)
    if current is None and len(state.context) >= setting.max_context_keys:
        raise Refusal(
            ErrorCode.TOO_LARGE,
            f"The shared context has {len(state.context)} keys, as many as it can have. "
            "Delete one first.",
        )
    if current is not None and _encoded(key, current.value) == encoded:
        return nothing()
    # a version never comes again: whoever saw the value that was deleted must not overwrite this
    before = state.context_floor if current is None else current.version
    event = ContextChanged(
        seq=0,
        at=situation.now,
        actor=situation.who,
        key=key,
        value=command.value,
        version=before + 1,
    )
    return exclusively([event])


def delete(situation: Situation, command: DeleteContext) -> Decision:
    """Take a key out, if nobody changed it meanwhile."""
    situation.require(Action.SET_CONTEXT)
    key = _clean_key(command.key)
    current = situation.state.context.get(key)
    if current is None:
        raise Refusal(ErrorCode.NOT_FOUND, f"There is no “{key}” in the shared context.")
    _compare(situation.state, key, current, command.base_version)
    event = ContextDeleted(
        seq=0, at=situation.now, actor=situation.who, key=key, version=current.version
    )
    return exclusively([event])


def _clean_key(raw: str) -> str:
    key = unicodedata.normalize("NFC", raw)
    if not _KEY.fullmatch(key) or key.endswith(" "):
        raise Refusal(
            ErrorCode.INVALID,
            "A key has 1 to 100 letters, digits, spaces or _ . - / and begins with a letter, "
            "a digit or _.",
        )
    return key


def _encoded(key: str, value: Any) -> bytes:
    """JSON with sorted keys, so that equal values are equal bytes."""
    try:
        return msgspec.json.encode(value, order="deterministic")
    except (TypeError, ValueError, RecursionError):
        raise Refusal(
            ErrorCode.INVALID, f"The value of “{key}” is not JSON. Send plain JSON values."
        ) from None


def _compare(
    state: SessionState, key: str, current: ContextEntry | None, base_version: int
) -> None:
    version = 0 if current is None else current.version
    if version == base_version:
        return
    if current is None:
        raise Refusal(
            ErrorCode.CONFLICT,
            f"“{key}” is not there any more (version 0 now). Set it again as a new key.",
        )
    by = state.participants.get(current.by)
    raise Refusal(
        ErrorCode.CONFLICT,
        f"{by.profile.name if by else current.by} changed “{key}”: it is at version {version} "
        "now. Look at it and try again.",
    )
