"""Every route of the extension, in one table."""

from typing import Any

from jupyter_server.utils import url_path_join

from . import rest_agents, rest_sessions
from .health import HealthHandler
from .websocket import JoinHandler

NAMESPACE = "api/collab-agents"
_SESSION = r"sessions/([A-Za-z0-9-]{1,64})"
_ID = r"([A-Za-z0-9-]{1,64})"

ROUTES: list[tuple[str, Any]] = [
    (r"health", HealthHandler),
    (r"people", rest_sessions.People),
    (r"agents", rest_agents.Agents),
    (r"agents/([^/]{1,200})/tasks", rest_agents.Tasks),
    (r"invites/accept", rest_sessions.AcceptInvites),
    (r"sessions", rest_sessions.Sessions),
    (_SESSION, rest_sessions.Session),
    (rf"{_SESSION}/join", JoinHandler),
    (rf"{_SESSION}/messages", rest_sessions.Messages),
    (rf"{_SESSION}/messages/{_ID}/history", rest_sessions.MessageHistory),
    (rf"{_SESSION}/events", rest_sessions.Events),
    (rf"{_SESSION}/export", rest_sessions.Export),
    (rf"{_SESSION}/context", rest_sessions.Context),
    (rf"{_SESSION}/context/(.{{1,300}})", rest_sessions.ContextKey),
    (rf"{_SESSION}/participants/([^/]{{1,400}})", rest_sessions.Participant),
    (rf"{_SESSION}/invites", rest_sessions.Invites),
    (rf"{_SESSION}/invites/{_ID}", rest_sessions.Invite),
    (rf"{_SESSION}/runs", rest_agents.Runs),
    (rf"{_SESSION}/runs/{_ID}/cancel", rest_agents.CancelRuns),
]


def handlers(base_url: str) -> list[tuple[str, Any]]:
    """The table with full addresses."""
    return [(url_path_join(base_url, NAMESPACE, path), handler) for path, handler in ROUTES]
