"""Asks agents: for messages that concern them, for ``run.start``, for ``execute_task``."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from ..domain.errors import Refusal
from ..domain.permissions import ALL_RIGHTS, Action, member, require
from ..hub.clock import Clock, SystemClock
from ..protocol.chat import Message
from ..protocol.errors import ErrorCode
from ..protocol.participants import Kind, Profile
from ..protocol.runs import RunStatus
from ..protocol.sessions import SessionState
from .agent import Agent, Volunteer
from .chain import Chain
from .live_run import LiveRun, Stop
from .ports import RunPort
from .rates import AskRate
from .refused_question import may_not_start_agents, tell_refusal
from .registry import Registry
from .results import TaskResult
from .router import Reason, alone, can_answer, route, without_mention
from .run_pool import RunPool

log = logging.getLogger(__name__)

_TOLD = {ErrorCode.BUSY, ErrorCode.RATE_LIMITED}
"""Refusals of the runner itself; the session's own (muted, archived) are visible there."""


class AgentRunner:
    """All agents at work on one server. Times in seconds."""

    def __init__(
        self,
        registry: Registry,
        port: RunPort,
        *,
        clock: Clock | None = None,
        auto_responder: str | None = None,
        max_concurrent: int = 4,
        max_queue_per_agent: int = 20,
        run_timeout: float = 600.0,
        cancel_grace: float = 2.0,
        asks_per_minute: int = 10,
    ) -> None:
        self._registry = registry
        self._port = port
        self._clock = clock or SystemClock()
        self._auto_responder = auto_responder
        self._rate = AskRate(asks_per_minute)
        self._pool = RunPool(
            port,
            self._clock,
            max_concurrent=max_concurrent,
            max_queue_per_agent=max_queue_per_agent,
            run_timeout=run_timeout,
            cancel_grace=cancel_grace,
        )

    async def message_posted(
        self,
        session_id: str,
        state: SessionState,
        message: Message,
        reply_to: str | None = None,
    ) -> list[str]:
        """Have a new message answered by whom it concerns; the ids of the runs.

        ``reply_to`` is the author of the message it replies to; without it, that of the message
        that opened the thread. Returns when the runs are queued. Call in the order of ``seq``.
        """
        author = member(state, message.author)
        if author is None:
            return []
        chain = self._chain(author.profile, message)
        if chain is None:
            return []
        if reply_to is None and message.thread_id is not None:
            reply_to = await self._port.message_author(session_id, message.thread_id)
        found = route(
            state, message, reply_to=reply_to, hops=chain.hops, auto_responder=self._auto_responder
        )
        allowed = self._port.may_start_runs(chain.on_behalf_of.participant_id)
        run_ids = []
        for agent_id in found.agent_ids:
            agent = self._registry.get(agent_id)
            if agent is None:
                continue
            if found.reason is Reason.AUTO and not (alone(state) or _volunteers(agent, message)):
                continue
            if not allowed:
                log.info("%s may not start agents: no answer", chain.on_behalf_of.participant_id)
                # whoever addressed an agent is told; plain words get no answer, as without agents
                if chain.hops == 0 and found.reason is not Reason.AUTO:
                    refusal = may_not_start_agents(chain.on_behalf_of)
                    await tell_refusal(self._port, session_id, agent_id, message, refusal)
                continue
            run_id = await self._answer(session_id, agent, author.profile, message, chain)
            if run_id is not None:
                run_ids.append(run_id)
        return run_ids

    async def start(
        self,
        session_id: str,
        agent_id: str,
        text: str,
        asked_by: str,
        context: Mapping[str, Any] | None = None,
        *,
        run_id: str | None = None,
    ) -> str:
        """Ask an agent without a message; the run's id. Raises Refusal.

        ``run_id``: the asker's right was checked and the run recorded as queued already (a
        ``run.start`` command); then a refusal also ends that run.
        """
        try:
            run = await self._start(session_id, agent_id, text, asked_by, context, run_id=run_id)
        except Refusal as refusal:
            if run_id is not None:
                await self._port.finish_run(
                    session_id, run_id, RunStatus.FAILED, refusal.message, 0
                )
            raise
        return run.task.run_id

    async def execute_task(
        self, agent_id: str, task: str, context: Mapping[str, Any]
    ) -> TaskResult:
        """Ask, and wait for the whole answer. Raises nothing; the result says what went wrong.

        ``context`` has ``session_id`` and ``user_id`` (a participant's id or bare username); all
        of it, such as ``shared_context``, is given to the agent.
        """
        began = self._clock.monotonic()
        session_id, user_id = str(context.get("session_id")), str(context.get("user_id"))
        try:
            run = await self._start(session_id, agent_id, task, user_id, context)
        except Refusal as refusal:
            return TaskResult(
                success=False,
                final_result=None,
                reason=refusal.code.value,
                error=refusal.message,
                seconds=self._clock.monotonic() - began,
            )
        try:
            return await asyncio.shield(run.result)
        except asyncio.CancelledError:  # nobody waits for this answer any more
            await self.cancel(run.task.run_id, run.task.asked_by.participant_id)
            raise

    async def cancel(self, run_id: str, by: str, *, recorded: bool = False) -> bool:
        """Stop a run; false if there is none. Returns before a working agent has stopped.

        Whether ``by`` may is the caller's question. ``recorded``: the log has its end already.
        """
        log.info("Run %s is stopped by %s", run_id, by)
        return await self._pool.stop_run(run_id, Stop.CANCELLED, recorded=recorded)

    async def cancel_all(
        self, session_id: str, by: str, *, agent_id: str | None = None, recorded: bool = False
    ) -> None:
        """Stop the runs of a session, or of one agent in it (archived, removed, muted)."""
        for run in self._pool.of_session(session_id):
            if agent_id in {None, run.agent.info.agent_id}:
                await self.cancel(run.task.run_id, by, recorded=recorded)

    def busy(self, session_id: str) -> bool:
        """Whether an agent works, or is about to, in a session."""
        return bool(self._pool.of_session(session_id))

    async def idle(self) -> None:
        """Wait until no agent works."""
        await self._pool.idle()

    async def stop(self) -> None:
        """Take no more questions, stop every run, wait until their ends are recorded."""
        await self._pool.stop()

    def _chain(self, author: Profile, message: Message) -> Chain | None:
        """What an answer would be part of; null for an agent's message from nowhere."""
        if author.kind is not Kind.AGENT:
            return Chain(author)
        known = self._pool.chains.of(message.run_id)
        return None if known is None else known.longer()

    async def _answer(
        self,
        session_id: str,
        agent: Agent,
        asked_by: Profile,
        message: Message,
        chain: Chain,
    ) -> str | None:
        """Queue the answer to a message; the run's id, null if it was refused."""
        text = without_mention(message.body, agent.info)
        thread_id = message.message_id if message.anchor else message.thread_id
        try:
            self._require_rate(agent, asked_by)
            run = await self._pool.begin(
                agent, session_id, text, asked_by, chain=chain, thread_id=thread_id, trigger=message
            )
        except Refusal as refusal:
            log.info("%s does not answer: %s", agent.info.agent_id, refusal.message)
            if asked_by.kind is Kind.USER and refusal.code in _TOLD:
                await tell_refusal(self._port, session_id, agent.info.agent_id, message, refusal)
            return None
        return run.task.run_id

    async def _start(
        self,
        session_id: str,
        agent_id: str,
        text: str,
        asked_by: str,
        context: Mapping[str, Any] | None,
        *,
        run_id: str | None = None,
    ) -> LiveRun:
        state = await self._port.session(session_id)
        if state is None:
            raise Refusal(ErrorCode.NOT_FOUND, "There is no such session.")
        asker = member(state, asked_by) or member(state, f"user:{asked_by}")
        asker_id = asked_by if asker is None else asker.profile.participant_id
        if run_id is None:
            require(state, asker_id, ALL_RIGHTS, Action.START_RUN)
        agent = self._registry.get(agent_id)
        if agent is None or asker is None or not can_answer(state, agent.info.agent_id):
            raise Refusal(ErrorCode.NOT_FOUND, f"{agent_id} is not in this session, or is muted.")
        self._require_rate(agent, asker.profile)
        return await self._pool.begin(
            agent, session_id, text, asker.profile, context=context, run_id=run_id
        )

    def _require_rate(self, agent: Agent, asker: Profile) -> None:
        now = self._clock.monotonic()
        if not self._rate.allow(agent.info.agent_id, asker.participant_id, now):
            raise Refusal(
                ErrorCode.RATE_LIMITED,
                f"{asker.name} asked {agent.info.name} too often. Wait a minute, then ask again.",
            )


def _volunteers(agent: Agent, message: Message) -> bool:
    return not isinstance(agent, Volunteer) or agent.volunteers(message.body)
