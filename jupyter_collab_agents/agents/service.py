"""Agents at work on a hub: listens to what happens, lets the runner answer."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from ..domain.errors import Refusal
from ..hub.hub import Hub
from ..hub.live_session import LiveSession
from ..protocol.base import Durable
from ..protocol.chat import Message, MessagePosted
from ..protocol.participants import (
    Kind,
    Membership,
    ParticipantMuted,
    ParticipantRemoved,
)
from ..protocol.runs import RunFinished, RunStatus, StartRun
from ..protocol.sessions import SessionArchived, SessionMuted
from ..storage.store import StoreUnavailable
from .hub_port import HubPort
from .registry import Registry
from .runner import AgentRunner
from .session_context import Reader

log = logging.getLogger(__name__)


class AgentService:
    """Ties the registry, the runner and the hub together."""

    def __init__(
        self,
        hub: Hub,
        registry: Registry,
        reader: Reader,
        *,
        auto_responder: str | None = None,
        max_concurrent: int = 4,
        run_timeout: float = 600.0,
    ) -> None:
        self._hub = hub
        self._auto_responder = auto_responder
        self.registry = registry
        self._port = HubPort(hub, reader)
        self.runner = AgentRunner(
            registry,
            self._port,
            clock=hub.clock,
            auto_responder=auto_responder,
            max_concurrent=max_concurrent,
            run_timeout=run_timeout,
        )
        self._publish()
        hub.on_run_requested = self._run_requested
        hub.on_session_deleted = self._deleted
        hub.listen(self._happened)
        self._posted: asyncio.Queue[tuple[LiveSession, Message]] = asyncio.Queue()
        self._worker = asyncio.create_task(self._answer_forever(), name="collab-agents answers")

    async def load_entry_points(self) -> None:
        """Take in other packages' agents. Beside the start: an import may take its time."""
        await self.registry.load()
        self._publish()

    async def stop(self) -> None:
        """End every run and record it."""
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        self._port.stop()
        await self.runner.stop()

    def _publish(self) -> None:
        self._hub.agents = self.registry.profiles()
        self._hub.agent_summaries = self.registry.summaries()

    def _happened(self, session: LiveSession, event: Durable, message: Message | None) -> None:
        session_id = session.session_id
        match event:
            case MessagePosted() if message is not None and self._may_concern(session, message):
                self._posted.put_nowait((session, message))
            case RunFinished() if event.status is RunStatus.CANCELLED:
                self._spawn(self._cancel(event.run_id, event.actor))
            case ParticipantMuted(muted=True) | ParticipantRemoved():
                self._spawn(
                    self.runner.cancel_all(session_id, event.actor, agent_id=event.participant_id)
                )
            case SessionMuted(muted=True) | SessionArchived():
                self._spawn(self.runner.cancel_all(session_id, event.actor))

    def _may_concern(self, session: LiveSession, message: Message) -> bool:
        """Most messages concern no agent; the router decides about the rest."""
        addressed = message.mentions or message.thread_id is not None or session.state.private
        return bool(addressed or self._auto_responder) and _has_agents(session)

    async def _answer_forever(self) -> None:
        while True:
            session, message = await self._posted.get()
            try:
                await self.runner.message_posted(session.session_id, session.state, message)
            except (Refusal, StoreUnavailable) as problem:
                log.warning("message %s gets no answer: %s", message.message_id, problem)
            except Exception:
                log.exception("routing message %s failed", message.message_id)

    def _run_requested(self, session: LiveSession, run_id: str, command: StartRun, by: str) -> None:
        async def start() -> None:
            await self.runner.start(
                session.session_id,
                command.agent_id,
                command.task,
                by,
                command.context,
                run_id=run_id,
            )

        self._spawn(start())

    def _deleted(self, session_id: str, actor: str) -> None:
        # not an event of the log, and there is no log any more that a run's end could go to
        self._spawn(self.runner.cancel_all(session_id, actor, recorded=True))

    async def _cancel(self, run_id: str, by: str) -> None:
        await self.runner.cancel(run_id, by, recorded=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._hub.spawn(work, "an agent's run")


def _has_agents(session: LiveSession) -> bool:
    return any(
        p.profile.kind is Kind.AGENT and p.membership is Membership.MEMBER
        for p in session.state.participants.values()
    )
