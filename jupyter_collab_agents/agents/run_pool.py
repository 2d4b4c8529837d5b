"""All runs that wait or work: limits, cancel, orderly end."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from ..domain.errors import Refusal
from ..hub.clock import Clock
from ..protocol.chat import Message
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..protocol.runs import RunStatus
from .agent import Agent, AgentTask
from .chain import Chain, KnownChains
from .live_run import LiveRun, Stop
from .ports import RunPort
from .run_queue import QueueFull, RunQueue, Waiting

log = logging.getLogger(__name__)


class RunPool:
    """Runs by id. Times in seconds."""

    def __init__(
        self,
        port: RunPort,
        clock: Clock,
        *,
        max_concurrent: int,
        max_queue_per_agent: int,
        run_timeout: float,
        cancel_grace: float,
    ) -> None:
        self._port = port
        self._clock = clock
        self._run_timeout = run_timeout
        self._cancel_grace = cancel_grace
        self._max_waiting = max_queue_per_agent
        self._queue = RunQueue(max_concurrent, max_queue_per_agent)
        self._runs: dict[str, LiveRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.chains = KnownChains()
        self._stopping = False

    async def begin(
        self,
        agent: Agent,
        session_id: str,
        text: str,
        asked_by: Profile,
        *,
        chain: Chain | None = None,
        thread_id: str | None = None,
        trigger: Message | None = None,
        context: Mapping[str, Any] | None = None,
        run_id: str | None = None,
    ) -> LiveRun:
        """Queue a run, and start it if there is room. Raises Refusal.

        ``chain`` is what it is a part of; without one it begins with ``asked_by``.
        ``run_id`` is that of a run which is recorded as queued already.
        """
        agent_id = agent.info.agent_id
        if self._stopping:
            raise shutting_down()
        try:
            self._queue.reserve(agent_id)
        except QueueFull:
            words = f"{self._max_waiting} questions wait for {agent.info.name}. Ask again later."
            raise Refusal(ErrorCode.BUSY, words) from None
        if run_id is None:
            asked_in = None if trigger is None else trigger.message_id
            try:
                run_id = await self._port.queue_run(
                    session_id, agent_id, asked_by.participant_id, asked_in
                )
            except BaseException:
                self._queue.give_back(agent_id)
                raise
        chain = chain or Chain(asked_by)
        task = AgentTask(
            run_id=run_id,
            session_id=session_id,
            text=text,
            asked_by=asked_by,
            on_behalf_of=chain.on_behalf_of,
            thread_id=thread_id,
            trigger=trigger,
            context=dict(context or {}),
            hops=chain.hops,
        )
        run = LiveRun(
            agent,
            task,
            self._port,
            self._clock,
            timeout=self._run_timeout,
            grace=self._cancel_grace,
        )
        self._runs[run_id] = run
        self.chains.remember(run_id, chain)
        self._queue.put(Waiting(run_id, agent_id, session_id))
        if self._stopping:  # since it was asked
            await self.stop_run(run_id, Stop.SHUTDOWN, recorded=False)
            raise shutting_down()
        self._dispatch()
        return run

    def of_session(self, session_id: str) -> list[LiveRun]:
        """What waits or works in a session."""
        return [run for run in self._runs.values() if run.task.session_id == session_id]

    async def stop_run(self, run_id: str, why: Stop, *, recorded: bool) -> bool:
        """Stop a run; false if there is none. Returns before a working agent has stopped."""
        run = self._runs.get(run_id)
        if run is None:
            return False
        if not self._queue.withdraw(run_id):
            run.stop(why, recorded=recorded)
            return True
        del self._runs[run_id]
        error = shutting_down().message if why is Stop.SHUTDOWN else None
        run.settle("cancelled", error)
        if not recorded:
            await self._port.finish_run(run.task.session_id, run_id, RunStatus.CANCELLED, error, 0)
        return True

    async def idle(self) -> None:
        """Wait until no run works."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Take no more runs, stop all, wait until their ends are recorded."""
        self._stopping = True
        for run_id in list(self._runs):
            try:
                await self.stop_run(run_id, Stop.SHUTDOWN, recorded=False)
            except Exception:
                log.exception("The end of run %s could not be recorded", run_id)
        await self.idle()

    def _dispatch(self) -> None:
        while (waiting := self._queue.take()) is not None:
            task = asyncio.create_task(self._live(self._runs[waiting.run_id]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _live(self, run: LiveRun) -> None:
        try:
            await run.live()
        finally:
            self._queue.end(run.task.run_id)
            del self._runs[run.task.run_id]
            self._dispatch()


def shutting_down() -> Refusal:
    """Why nothing begins any more."""
    return Refusal(ErrorCode.NOT_READY, "The server is shutting down.")
