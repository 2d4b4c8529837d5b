"""Where the gate stands: on the provider's own addresses, before it.

Jupyter Server asks routes in the order in which extensions add them, and loads extensions by
name: ours comes first. What the gate must not touch (no provider, another one, a version that
nobody has tried) falls through to whoever comes next.
"""

from typing import Any

from jupyter_server.utils import url_path_join
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, PathMatches, Rule

from .admission import Door

ROOM = "/api/collaboration/room/(.*)"
SESSION = "/api/collaboration/session/(.*)"
FORK = "/api/collaboration/fork/(.*)"


class WhereTheGateStands(Matcher):
    """A path, while the provider is one that the gate knows."""

    def __init__(self, pattern: str, door: Door) -> None:
        self._path = PathMatches(pattern)
        self._door = door

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Null: not ours."""
        if self._door.collaboration.extension is None:
            return None
        return self._path.match(request)


def gate_rules(base_url: str, door: Door) -> list[Rule]:
    """Rules for the server's table of routes."""
    try:
        from .fork import DocumentFork
        from .session import DocumentSession
        from .socket import DocumentSocket
    except ImportError:  # there is no provider, or another one
        return []
    handlers: dict[str, Any] = {ROOM: DocumentSocket, SESSION: DocumentSession, FORK: DocumentFork}
    return [
        Rule(WhereTheGateStands(url_path_join(base_url, path), door), handler, {"door": door})
        for path, handler in handlers.items()
    ]
