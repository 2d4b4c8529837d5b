"""What others hear of a connection: who it really is, and nothing that could break their page.

Awareness is told by clients about themselves: caret, selection, name. So the server puts the true
name, lets a connection speak for client ids of its own only, and passes a caret on only if it is
complete, since an incomplete one makes every other editor fail.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from msgspec import Struct
from pycrdt import Encoder, YMessageType, create_awareness_message

from .reader import Malformed, Reader

MAX_STATE = 64 * 1024
"""Bytes of what one client says of itself."""
MAX_CLIENTS = 8
"""Client ids of one connection; a page has one."""
MAX_CURSORS = 64
MAX_NUMBER = 2**53
"""Beyond it browsers cannot count."""

_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|var\(--[\w-]{1,60}\)|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\)")


class Said(Struct):
    """What one client says of itself; a null state: it is gone."""

    client: int
    clock: int
    state: dict[str, Any] | None


def read_awareness(message: bytes) -> list[Said]:
    """The entries of an awareness message. Raises ``Malformed``."""
    try:
        outer = Reader(message)
        outer.byte()
        reader = Reader(outer.text())
        said = []
        for _ in range(reader.number()):
            client, clock, raw = reader.number(), reader.number(), reader.text()
            if len(raw) > MAX_STATE or raw.count(b"[") + raw.count(b"{") > MAX_STATE // 64:
                raise Malformed("a client says too much of itself")
            if client >= MAX_NUMBER or clock >= MAX_NUMBER:
                raise Malformed("a number is too large")
            state = json.loads(raw, parse_constant=_no_json, parse_float=_finite)
            if state is not None and not isinstance(state, dict):
                raise Malformed("what a client says of itself is no mapping")
            said.append(Said(client, clock, state))
    except IndexError:
        raise Malformed("it ends too early") from None
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, Malformed):
            raise
        raise Malformed("what a client says of itself is not JSON") from None
    return said


def write_awareness(said: list[Said]) -> bytes:
    """An awareness message of these entries."""
    encoder = Encoder()
    encoder.write_var_uint(len(said))
    for entry in said:
        encoder.write_var_uint(entry.client)
        encoder.write_var_uint(entry.clock)
        # ASCII: the library writes the number of characters where that of bytes belongs
        encoder.write_var_string(json.dumps(entry.state, separators=(",", ":")))
    return create_awareness_message(encoder.to_bytes())


def is_awareness(message: bytes) -> bool:
    """Whether this is an awareness message."""
    return bool(message) and message[0] == YMessageType.AWARENESS


def clean_state(state: dict[str, Any], identity: Mapping[str, Any]) -> dict[str, Any]:
    """What others may hear. ``identity``: username, name, display_name, initials, avatar_url,
    color, as the server knows them; the last two may be the client's own where it knows none."""
    claimed = state.get("user")
    claimed = claimed if isinstance(claimed, dict) else {}
    clean = {name: value for name, value in state.items() if name not in ("user", "cursors")}
    clean["user"] = dict(identity)
    if not identity.get("color") and _is_color(claimed.get("color")):
        clean["user"]["color"] = claimed["color"]
    if not identity.get("initials") and _is_short(claimed.get("initials")):
        clean["user"]["initials"] = claimed["initials"]
    if "cursors" in state:
        clean["cursors"] = _cursors(state["cursors"])
    # the list of collaborators takes these for granted
    if not isinstance(clean.get("current", ""), str | None):
        del clean["current"]
    documents = clean.get("documents", [])
    if not (isinstance(documents, list) and all(isinstance(d, str) for d in documents)):
        del clean["documents"]
    return clean


def _no_json(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _cursors(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list):
        return []
    clean = []
    for cursor in given[:MAX_CURSORS]:
        if not isinstance(cursor, dict):
            continue
        anchor, head = _position(cursor.get("anchor")), _position(cursor.get("head"))
        if anchor is not None and head is not None:
            clean.append(
                {
                    "anchor": anchor,
                    "head": head,
                    "primary": cursor.get("primary") is not False,
                    "empty": cursor.get("empty") is not False,
                }
            )
    return clean


def _position(given: Any) -> dict[str, Any] | None:
    """A place in a text: all of its four keys, or nothing."""
    if not isinstance(given, dict):
        return None
    kind, item, name = given.get("type"), given.get("item"), given.get("tname")
    assoc = given.get("assoc", 0)
    if not (_is_id(kind) and _is_id(item)) or (kind is None and item is None and name is None):
        return None
    if not isinstance(name, str | None) or not isinstance(assoc, int):
        return None
    return {"type": kind, "tname": name, "item": item, "assoc": -1 if assoc < 0 else 0}


def _is_id(value: Any) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, dict)
        and set(value) == {"client", "clock"}
        and all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in value.values())
    )


def _is_color(value: Any) -> bool:
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 4 and value.isprintable()
