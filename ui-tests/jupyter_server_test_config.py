"""A real server with real log-ins for the browser tests (loopback only)."""

import hmac
import os
from pathlib import Path

import jupyterlab
from jupyter_server.auth import Authorizer, IdentityProvider, User

c = get_config()  # noqa: F821 - given by traitlets

PEOPLE = {
    "ann-token": User("ann", "Ann", "Ann", "A", None, "#c2410c"),
    "ben-token": User("ben", "Ben", "Ben", "B", None, "#0f766e"),
    "cleo-token": User("cleo", "Cleo", "Cleo", "C", None, "#6d28d9"),
    "dora-token": User("dora", "Dora", "Dora", "D", None, "#be185d"),
}


class TokenPeople(IdentityProvider):
    """One token per person; the log-in cookie carries the identity on."""

    async def get_user_token(self, handler):
        given = self.get_token(handler) or ""
        for token, person in PEOPLE.items():
            if hmac.compare_digest(given.encode(), token.encode()):
                return person
        return None


class DoraReads(Authorizer):
    """Everybody may do everything, but Dora changes no files."""

    def is_authorized(self, handler, user, action, resource):
        return not (user.username == "dora" and resource == "contents" and action == "write")


c.ServerApp.identity_provider_class = TokenPeople
c.ServerApp.authorizer_class = DoraReads
# JupyterLab writes this trait into every page: it must stay empty
c.IdentityProvider.token = ""
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["JCA_TEST_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.allow_root = os.geteuid() == 0
c.ServerApp.allow_unauthenticated_access = False
c.ServerApp.root_dir = os.environ["JCA_TEST_ROOT"]
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
c.LabApp.expose_app_in_browser = True
# the page helpers of galata
c.LabServerApp.extra_labextensions_path = str(Path(jupyterlab.__file__).parent / "galata")
