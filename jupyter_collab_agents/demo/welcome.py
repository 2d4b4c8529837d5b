"""The demo's session and its first message, made through REST as anybody else would."""

import http.client
import json
from typing import Any
from urllib.parse import quote

from .workspace import NOTEBOOK

SESSION = "Sales review"
MESSAGE = f"""\
Hello Ben! This session is about **{NOTEBOOK}**: we both have the same cells, live.

- The bar left of a cell shows who is in it; click a name above the notebook to go there.
- Cell 7 fails, and one result is stale: ask `@notebook why does this fail?`
- To talk about one cell, use *Discuss this cell* in its toolbar. Nothing said here gets lost."""


class RequestFailed(Exception):
    """The server did not answer as expected."""


class Api:
    """The extension's REST interface, asked as one person."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._address = (host, port)
        self._headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}

    def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        also: tuple[int, ...] = (),
    ) -> Any:
        """The JSON answer. Raises RequestFailed, and OSError while nobody listens.

        ``also``: error statuses whose JSON is an answer too.
        """
        connection = http.client.HTTPConnection(*self._address, timeout=10)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/api/collab-agents/{path}", content, self._headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status >= 300 and answer.status not in also:
                # an error page in HTML would tell nobody more than its status
                words = text[:300] if text.startswith("{") else answer.reason
                raise RequestFailed(f"{method} {path}: {answer.status} {words}")
            return json.loads(text)
        finally:
            connection.close()


def make_session(owner: Api, other: Api) -> str:
    """Session id of the demo's session. A new one belongs to ``owner``; ``other`` joins it."""
    for session in owner.ask("GET", "sessions")["sessions"]:
        if session["name"] == SESSION:
            return str(session["session_id"])
    guest = other.ask("GET", "sessions")["you"]
    wanted = {"name": SESSION, "participants": [guest], "files": [NOTEBOOK]}
    session_id = str(owner.ask("POST", "sessions", wanted)["session_id"])
    for waiting in other.ask("GET", "sessions")["invitations"]:
        if waiting["session_id"] == session_id:
            accepted = {"session_id": session_id, "invite_id": waiting["invite"]["invite_id"]}
            other.ask("POST", "invites/accept", accepted)
    return session_id


def say_hello(api: Api, session_id: str) -> None:
    """Post the first message once: a session in which somebody spoke is left alone."""
    path = f"sessions/{quote(session_id)}/messages"
    if not api.ask("GET", f"{path}?limit=1")["messages"]:
        api.ask("POST", path, {"body": MESSAGE, "ref": "demo-welcome"})
