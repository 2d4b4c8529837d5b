"""As many people as a benchmark needs: ``<secret>.<username>`` is the token of ``username``."""

import hmac

from jupyter_server.auth import IdentityProvider, User
from tornado.web import RequestHandler
from traitlets import Unicode, default


class BenchmarkPeople(IdentityProvider):
    """Logs in whoever knows the run's secret, as whom they say they are."""

    secret = Unicode(help="Made anew for each run.").tag(config=True)

    @default("token")
    def _no_shared_token(self) -> str:
        return ""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        secret, _, username = (self.get_token(handler) or "").partition(".")
        if not username or not hmac.compare_digest(secret.encode(), self.secret.encode()):
            return None
        return User(username, username.capitalize(), username.capitalize())
