"""Two people who log in with a token each.

Jupyter's own token is one for all and is written into every page, so it stays empty here:
whoever holds Ann's link is Ann, and sees no token of Ben's.
"""

import hmac
import json
import os
import secrets
from pathlib import Path

from jupyter_server.auth import IdentityProvider, User
from tornado.web import RequestHandler
from traitlets import Unicode, default

PEOPLE = (
    User("ann", "Ann", "Ann", "A", None, "#c2410c"),
    User("ben", "Ben", "Ben", "B", None, "#0f766e"),
)


def load_tokens(path: Path) -> dict[str, str]:
    """Token by username; made on first use (readable by this account only) and then kept."""
    if path.exists():
        return {str(name): str(token) for name, token in json.loads(path.read_text()).items()}
    tokens = {person.username: secrets.token_urlsafe(24) for person in PEOPLE}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(tokens, file, indent=2)
    return tokens


class DemoPeople(IdentityProvider):
    """Logs in whoever shows a person's token; a cookie then keeps the browser logged in."""

    tokens_file = Unicode(help="JSON file with a token by username.").tag(config=True)

    @default("token")
    def _no_shared_token(self) -> str:
        return ""

    def person_with(self, token: str) -> User | None:
        """Compare against everybody's token, in constant time each."""
        tokens = load_tokens(Path(self.tokens_file))
        found = None
        for person in PEOPLE:
            if hmac.compare_digest(token.encode(), tokens[person.username].encode()):
                found = person
        return found

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Whose token the request carries, in its URL or its Authorization header."""
        return self.person_with(self.get_token(handler) or "")

    def process_login_form(self, handler: RequestHandler) -> User | None:
        """Jupyter's login page takes a person's token too."""
        return self.person_with(handler.get_argument("password", default=""))
