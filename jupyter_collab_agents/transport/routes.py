"""Every route of the extension, in one table."""

from typing import Any

from jupyter_server.utils import url_path_join

from . import (
    rest_agents,
    rest_context,
    rest_documents,
    rest_locks,
    rest_messages,
    rest_people,
    rest_proposals,
    rest_provenance,
    rest_sessions,
    rest_snapshots,
)
from .health import HealthHandler
from .websocket import JoinHandler

NAMESPACE = "api/collab-agents"
_SESSION = r"sessions/([A-Za-z0-9-]{1,64})"
_ID = r"([A-Za-z0-9-]{1,64})"

ROUTES: list[tuple[str, Any]] = [
    (r"health", HealthHandler),
    (r"people", rest_people.People),
    (r"agents", rest_agents.Agents),
    (r"agents/([^/]{1,200})/tasks", rest_agents.Tasks),
    (r"locks", rest_locks.Locks),
    (r"proposals", rest_proposals.Proposals),
    (rf"proposals/{_ID}", rest_proposals.Proposal),
    (rf"proposals/{_ID}/accept", rest_proposals.AcceptProposal),
    (rf"proposals/{_ID}/reject", rest_proposals.RejectProposal),
    (rf"proposals/{_ID}/comments", rest_proposals.ProposalComments),
    (r"snapshots", rest_snapshots.Snapshots),
    (rf"snapshots/{_ID}", rest_snapshots.Snapshot),
    (rf"snapshots/{_ID}/diff", rest_snapshots.Diff),
    (rf"snapshots/{_ID}/restore", rest_snapshots.Restore),
    (r"invites/accept", rest_people.AcceptInvites),
    (r"documents/content", rest_documents.Content),
    (r"documents/edits", rest_documents.Edits),
    (r"documents/provenance", rest_provenance.Provenance),
    (rf"runs/{_ID}/revert", rest_provenance.Revert),
    (r"conflicts", rest_documents.Conflicts),
    (rf"conflicts/{_ID}", rest_documents.Conflict),
    (r"sessions", rest_sessions.Sessions),
    (_SESSION, rest_sessions.Session),
    (rf"{_SESSION}/join", JoinHandler),
    (rf"{_SESSION}/messages", rest_messages.Messages),
    (rf"{_SESSION}/messages/{_ID}/history", rest_messages.MessageHistory),
    (rf"{_SESSION}/search", rest_messages.Search),
    (rf"{_SESSION}/events", rest_messages.Events),
    (rf"{_SESSION}/export", rest_messages.Export),
    (rf"{_SESSION}/context", rest_context.Context),
    (rf"{_SESSION}/context/(.{{1,300}})", rest_context.ContextKey),
    (rf"{_SESSION}/participants/([^/]{{1,400}})", rest_people.Participant),
    (rf"{_SESSION}/invites", rest_people.Invites),
    (rf"{_SESSION}/invites/{_ID}", rest_people.Invite),
    (rf"{_SESSION}/runs", rest_agents.Runs),
    (rf"{_SESSION}/runs/{_ID}/cancel", rest_agents.CancelRuns),
]


def handlers(base_url: str) -> list[tuple[str, Any]]:
    """The table with full addresses."""
    return [(url_path_join(base_url, NAMESPACE, path), handler) for path, handler in ROUTES]
