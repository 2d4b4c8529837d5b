"""REST: agents and their runs."""

from ..domain.errors import Refusal
from ..protocol.errors import ErrorCode
from ..protocol.rest import TaskBody, TaskStarted
from ..protocol.runs import CancelRun, StartRun
from .base import CollabHandler, allowed
from .identity import RESOURCE
from .session_handler import SessionHandler, fresh_ref


class Agents(CollabHandler):
    """``agents``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Registered agents."""
        self.answer(self.hub.agent_summaries)


class Tasks(SessionHandler):
    """``agents/{id}/tasks``."""

    @allowed("execute", RESOURCE)
    async def post(self, agent_id: str) -> None:
        """Start a run (the mission's execute_task); follow it on the session's events."""
        body = self.body(TaskBody)
        session, profile, rights = await self.opened(body.session_id)
        command = StartRun(ref=fresh_ref(), agent_id=agent_id, task=body.task, context=body.context)
        stored = await self.do(session, command, profile, rights)
        run_id = next((getattr(e, "run_id", None) for e in stored.events), None)
        if run_id is None:
            raise Refusal(ErrorCode.CONFLICT, "No run was started.")
        self.answer(TaskStarted(run_id=run_id), 202)


class Runs(SessionHandler):
    """``sessions/{id}/runs``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """Open runs and the newest finished ones."""
        session, _, _ = await self.opened(session_id)
        self.answer(list(session.state.runs.values()))


class CancelRuns(SessionHandler):
    """``sessions/{id}/runs/{run_id}/cancel``."""

    @allowed("execute", RESOURCE)
    async def post(self, session_id: str, run_id: str) -> None:
        """Stop a run."""
        session, profile, rights = await self.opened(session_id)
        await self.do(session, CancelRun(ref=fresh_ref(), run_id=run_id), profile, rights)
        self.set_status(204)
        self.finish()
