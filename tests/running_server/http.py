"""HTTP as one person."""

import json
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httputil import HTTPHeaders

from .process import RunningServer


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.code
        self.headers = response.headers
        self.body = response.body or b""

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The code of an error; fails unless the error has exactly the documented shape."""
        assert self.headers["Content-Type"] == "application/json", self
        assert set(self.json) == {"code", "message", "detail"}, self
        assert self.json["message"], self
        code: str = self.json["code"]
        return code

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:500]!r}>"


class Person:
    """Requests with somebody's token (or anything else in ``headers``)."""

    def __init__(
        self, server: RunningServer, name: str = "", headers: dict[str, str] | None = None
    ) -> None:
        self.server = server
        self.name = name
        self.headers = headers if headers is not None else token_header(server.tokens[name])

    @property
    def participant_id(self) -> str:
        """How sessions call this person."""
        return f"user:{self.name}"

    async def ask(
        self,
        method: str,
        path: str,
        /,
        body: Any = None,
        *,
        raw: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """One request below our address, or below the server's for a path that begins with /."""
        address = self.server.url + path if path.startswith("/") else f"{self.server.api}/{path}"
        if query:
            address += "?" + urlencode(query)
        if isinstance(body, dict):
            note_secrets(self.server, body)
        if raw is None and body is not None:
            raw = json.dumps(body)
        if raw is None and method in ("POST", "PUT", "PATCH"):
            raw = b""
        client = AsyncHTTPClient(force_instance=True)
        try:
            response = await client.fetch(
                address,
                method=method,
                body=raw,
                headers=HTTPHeaders({**self.headers, **(headers or {})}),
                raise_error=False,
                allow_nonstandard_methods=True,
                follow_redirects=False,
                request_timeout=20,
                ca_certs=self.server.authority,
            )
        finally:
            client.close()
        answer = Answer(response)
        if path.endswith("invites") and answer.status == 201:
            note_secrets(self.server, answer.json)
        return answer

    async def get(self, path: str, /, **query: Any) -> Answer:
        """GET."""
        return await self.ask("GET", path, **query)

    async def post(self, path: str, /, body: Any = None, **more: Any) -> Answer:
        """POST."""
        return await self.ask("POST", path, body, **more)

    async def create(self, name: str = "Work", **more: Any) -> str:
        """A new session of mine; its id."""
        answer = await self.post("sessions", {"name": name, **more})
        assert answer.status == 201, answer
        session_id: str = answer.json["session_id"]
        return session_id

    async def say(self, session_id: str, body: str, **more: Any) -> dict[str, Any]:
        """Post a message: its seq and id."""
        answer = await self.post(f"sessions/{session_id}/messages", {"body": body, **more})
        assert answer.status == 201, answer
        posted: dict[str, Any] = answer.json
        return posted

    async def bring(self, session_id: str, other: "Person", role: str = "editor") -> None:
        """Invite somebody by name; they accept."""
        invited = await self.post(
            f"sessions/{session_id}/invites",
            {"role": role, "participant_id": other.participant_id},
        )
        assert invited.status == 201, invited
        accepted = await other.post(
            "invites/accept",
            {"session_id": session_id, "invite_id": invited.json["invite"]["invite_id"]},
        )
        assert accepted.status == 200, accepted


def note_secrets(server: RunningServer, command: dict[str, Any]) -> None:
    """Remember what a log must not tell. Short texts could stand there by chance."""
    for field in ("body", "token", "task", "q"):
        text = command.get(field)
        if isinstance(text, str) and len(text) >= 8:
            server.secrets.add(text)


def token_header(token: str) -> dict[str, str]:
    """Log in with a token."""
    return {"Authorization": f"token {token}"}


async def cookies_of(server: RunningServer, name: str) -> dict[str, str]:
    """Log in as a browser does, then show cookies only: ``{"Cookie": ..., "_xsrf": ...}``."""
    page = await Person(server, headers={}).ask("GET", "/login")
    first = [line.partition(";")[0] for line in page.headers.get_list("Set-Cookie")]
    xsrf = next(c.partition("=")[2] for c in first if c.startswith("_xsrf="))
    answer = await Person(server, name).ask("GET", "/login")
    second = [line.partition(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    return {"Cookie": "; ".join(first + second), "_xsrf": xsrf}
