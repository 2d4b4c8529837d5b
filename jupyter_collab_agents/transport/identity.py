"""From Jupyter's user to the participant that a session knows."""

import hashlib
import re
from typing import Any

from jupyter_server import CallContext
from jupyter_server.auth import User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async

from ..documents.other_saves import Saver
from ..domain.errors import Refusal
from ..domain.permissions import Rights
from ..domain.text import clean_name
from ..hub.accounts import Account
from ..protocol.participants import Kind, Profile

RESOURCE = "collab-agents"
"""The resource name that Jupyter's Authorizer is asked about."""

# readable as a border and as a background of white initials, in both themes
PALETTE = (
    "#1f77b4",
    "#b35900",
    "#2a7f2a",
    "#c0392b",
    "#8452a1",
    "#8c564b",
    "#b8377e",
    "#5f6b6d",
    "#7a7a00",
    "#0e7c86",
)
MAX_USERNAME = 190
MAX_AVATAR = 16 * 1024
"""Characters of a picture's address; it is stored with every session the person is in."""

_ANONYMOUS_ID = re.compile(r"^[0-9a-f]{32}$")


def profile_of(user: User) -> Profile:
    """Who this is to everybody else. Names are cleaned of control and direction characters.

    People who share one token get a random identity from Jupyter Server ("Anonymous Io"):
    they are marked, and cannot own anything.
    """
    username = user.username
    try:
        name = clean_name(user.display_name or user.name or username, what="A name")
    except Refusal:
        name = "Someone"
    anonymous = bool(_ANONYMOUS_ID.match(username)) and name.startswith("Anonymous ")
    return Profile(
        participant_id=_participant_id(username),
        kind=Kind.USER,
        name=name,
        initials=_initials(user.initials or name),
        color=_color(user.color, username),
        avatar_url=_avatar(user.avatar_url),
        anonymous=anonymous,
        capabilities=[],
    )


def _participant_id(username: str) -> str:
    """``user:<username>``; what is too long or has control characters gets a digest instead."""
    if len(username) <= MAX_USERNAME and username.isprintable():
        return f"user:{username}"
    readable = "".join(c for c in username if c.isprintable())[:100]
    return f"user:{readable}~{hashlib.sha256(username.encode(errors='replace')).hexdigest()[:16]}"


def who_saves() -> Saver:
    """Who asks for what Jupyter does now, as far as a request is behind it."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    if not isinstance(user, User):
        return Saver()
    profile = profile_of(user)
    return Saver(profile.participant_id, profile.name)


async def rights_of(handler: Any, user: User) -> Rights:
    """What Jupyter's Authorizer grants this account on ``collab-agents``."""
    ask = handler.authorizer.is_authorized
    return Rights(
        read=bool(await ensure_async(ask(handler, user, "read", RESOURCE))),
        write=bool(await ensure_async(ask(handler, user, "write", RESOURCE))),
        execute=bool(await ensure_async(ask(handler, user, "execute", RESOURCE))),
    )


async def account_of(handler: Any, user: User, rights: Rights) -> Account:
    """What may be done in the name of an account that has these rights."""
    ask = handler.authorizer.is_authorized
    documents = await ensure_async(ask(handler, user, "read", "contents"))
    edits = await ensure_async(ask(handler, user, "write", "contents"))
    return Account(runs=rights.execute, documents=bool(documents), edits=bool(edits))


async def is_still(handler: Any, *, anonymous: bool) -> bool:
    """Whether the person of an open socket is still logged in."""
    # a handler remembers its user, so somebody is asked who does not know them yet
    fresh = JupyterHandler(handler.application, handler.request)
    user = await ensure_async(handler.identity_provider.get_user(fresh))
    # people who share a token get a new random name each time they are asked
    return user is not None and (anonymous or user.username == handler.current_user.username)


def seen_as(user: User) -> dict[str, Any]:
    """What pages may show of somebody in a shared document, in the words of Jupyter's users.

    What the server does not know (color, initials) is null: pages choose it themselves.
    """
    profile = profile_of(user)
    return {
        "username": user.username,
        "name": profile.name,
        "display_name": profile.name,
        "initials": user.initials and profile.initials,
        "avatar_url": profile.avatar_url,
        "color": user.color and profile.color,
    }


def _initials(text: str) -> str:
    words = [w for w in re.split(r"[\s._-]+", text) if w]
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return text[:2].upper() if len(text) <= 2 else text[:1].upper()


def _color(given: str | None, username: str) -> str:
    if given and re.match(r"^#[0-9a-fA-F]{6}$", given):
        return given
    digest = hashlib.sha256(username.encode()).digest()
    return PALETTE[digest[0] % len(PALETTE)]


def _avatar(url: str | None) -> str | None:
    # only pictures that come with the data: a remote one would tell its host who looks
    return url if url and url.startswith("data:image/") and len(url) <= MAX_AVATAR else None
