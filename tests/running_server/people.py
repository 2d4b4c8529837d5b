"""Runs inside the server: people with a token each, and what each account may do.

Both are read from one JSON file at every question, so a test can take rights away while the
server runs: ``{"ann": {"token": "...", "name": "Ann", "rights": ["read"], "closed": []}, ...}``.
``closed`` are resources of Jupyter's that the person is kept from.
"""

import hmac
import json
from pathlib import Path
from typing import Any

from jupyter_server.auth import Authorizer, IdentityProvider, User
from tornado.web import RequestHandler
from traitlets import Unicode, default


def read_people(path: str) -> dict[str, dict[str, Any]]:
    """Everybody in the file, by username."""
    people: dict[str, dict[str, Any]] = json.loads(Path(path).read_text())
    return people


class TokenPeople(IdentityProvider):
    """Logs in whoever shows a person's token; a cookie then stands for the token."""

    people_file = Unicode(help="JSON file with everybody.").tag(config=True)

    @default("token")
    def _no_shared_token(self) -> str:
        return ""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        return self._person_with(self.get_token(handler) or "")

    def process_login_form(self, handler: RequestHandler) -> User | None:
        return self._person_with(handler.get_argument("password", default=""))

    def user_from_cookie(self, cookie_value: str) -> User | None:
        user = super().user_from_cookie(cookie_value)
        known = read_people(self.people_file)
        return user if user is not None and user.username in known else None

    def _person_with(self, token: str) -> User | None:
        found = None
        for username, person in read_people(self.people_file).items():
            if hmac.compare_digest(token.encode(), person["token"].encode()):
                found = User(username, person["name"], person["name"])
        return found


class ListedRights(Authorizer):
    """Grants what the file lists for the person; unlisted people may nothing.

    Writes each question about this extension to ``asked_file``, one line of JSON each.
    """

    asked_file = Unicode(help="Where questions are noted; empty: nowhere.").tag(config=True)

    def is_authorized(
        self, handler: RequestHandler, user: User, action: str, resource: str
    ) -> bool:
        people_file = self.identity_provider.people_file
        if self.asked_file and resource in ("collab-agents", "contents"):
            with open(self.asked_file, "a") as asked:
                line = [handler.request.path, handler.request.method, action, resource]
                asked.write(json.dumps(line) + "\n")
        person = read_people(people_file).get(user.username)
        if person is None or resource in person["closed"]:
            return False
        return action in person["rights"]
