"""One run from its start to its end: events in; text, progress and an ending out.

The agent works in a task of its own, so that stopping it cannot interrupt the ending. An agent
that does not let itself be stopped is left behind after a grace period.
"""

import asyncio
import logging
from enum import Enum

from ..domain.errors import Refusal
from ..hub.clock import Clock
from ..protocol.runs import RunStatus
from .agent import Agent, AgentEvent, AgentTask, Done, Failed, Note, Step, Text
from .answer import CUT, MAX_ANSWER, Answer
from .ports import RunPort
from .results import FinalResult, TaskResult
from .storable_text import failure_text, storable

log = logging.getLogger(__name__)

MAX_NOTE = 200
NOT_STARTED = "The run could not be started. Ask again."


class Stop(Enum):
    """Why a run is stopped before its agent is done."""

    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    SHUTDOWN = "shutdown"


class LiveRun:
    """A run that waits, works or is over; ``result`` is set at its end."""

    def __init__(
        self,
        agent: Agent,
        task: AgentTask,
        port: RunPort,
        clock: Clock,
        *,
        timeout: float,
        grace: float,
        max_answer: int = MAX_ANSWER,
    ) -> None:
        self.agent = agent
        self.task = task
        self.result: asyncio.Future[TaskResult] = asyncio.get_running_loop().create_future()
        self._port = port
        self._clock = clock
        self._timeout = timeout
        self._grace = grace
        self._steps = 0
        self._began = clock.monotonic()
        self._why: Stop | None = None
        self._recorded = False
        self._work: asyncio.Task[Failed | None] | None = None
        self._over = asyncio.Event()
        self._answer = Answer(
            lambda: port.open_stream(
                task.session_id, agent.info.agent_id, task.run_id, task.thread_id
            ),
            max_answer,
        )

    def stop(self, why: Stop, *, recorded: bool = False) -> None:
        """Ask the agent to stop. ``recorded``: the log says already how the run ended."""
        self._recorded |= recorded
        if self._why is not None or self._over.is_set():
            return
        self._why = why
        if self._work is not None:
            self._interrupt(self._work)

    async def live(self) -> None:
        """Work from start to end. Never raises; whatever goes wrong is told and logged."""
        self._began = self._clock.monotonic()
        try:
            await self._port.start_run(self.task.session_id, self.task.run_id)
        except Refusal as refusal:  # cancelled while it waited
            self.settle("cancelled", refusal.message)
            return
        except Exception:
            log.exception("Run %s could not be started", self.task.run_id)
            await self._record(RunStatus.FAILED, NOT_STARTED)
            self.settle("failed", NOT_STARTED)
            return
        work = self._work = asyncio.create_task(self._consume())
        work.add_done_callback(lambda _: self._over.set())
        if self._why is not None:
            self._interrupt(work)
        timer = self._clock.call_later(self._timeout, lambda: self.stop(Stop.TIMEOUT))
        await self._over.wait()
        timer.cancel()
        await self._end(work)

    def settle(self, reason: str, error: str | None) -> None:
        """Tell whoever waits for the result."""
        if not self.result.done():
            text = self._answer.text
            self.result.set_result(
                TaskResult(
                    success=reason == "done",
                    final_result=FinalResult(text) if text else None,
                    reason=reason,
                    error=error,
                    seconds=self._clock.monotonic() - self._began,
                )
            )

    def _interrupt(self, work: "asyncio.Task[Failed | None]") -> None:
        work.cancel()
        self._clock.call_later(self._grace, self._over.set)

    async def _consume(self) -> Failed | None:
        events = self.agent.run(self.task, self._port.context(self.task.session_id, self.task))
        try:
            async for event in events:
                if self._why is not None or isinstance(event, Done):
                    return None
                if isinstance(event, Failed):
                    return event
                self._tell(event)
                if self._answer.full:
                    return None
                await asyncio.sleep(0)  # an agent that never waits must not hold up the others
        finally:
            close = getattr(events, "aclose", None)
            if close is not None:
                await close()
        return None

    def _tell(self, event: AgentEvent) -> None:
        match event:
            case Text(text):
                self._answer.write(text)
            case Note(text):
                self._progress(text)
            case Step(title):
                self._steps += 1
                self._progress(title)
            case _:
                raise TypeError(f"{type(event).__name__} is not an agent's event")

    def _progress(self, note: str) -> None:
        words = " ".join(storable(note).split())[:MAX_NOTE]
        self._port.progress(self.task.session_id, self.task.run_id, self.agent.info.agent_id, words)

    async def _end(self, work: "asyncio.Task[Failed | None]") -> None:
        status, reason, error = self._outcome(work)
        if error is not None:
            error = failure_text(error) or f"{self.agent.info.name} could not answer."
        try:
            self._closing_words(reason, error)
            await self._answer.post()
        except Refusal as refusal:
            status, reason, error = _worse(status, reason, error, failure_text(refusal.message))
        except Exception:
            log.exception("The answer of run %s could not be posted", self.task.run_id)
            words = "The answer could not be posted. Ask again."
            status, reason, error = _worse(status, reason, error, words)
        await self._record(status, error)
        self.settle(reason, error)

    async def _record(self, status: RunStatus, error: str | None) -> None:
        if self._recorded:
            return
        try:
            await self._port.finish_run(
                self.task.session_id, self.task.run_id, status, error, self._steps
            )
        except Exception:
            log.exception("The end of run %s could not be recorded", self.task.run_id)

    def _outcome(self, work: "asyncio.Task[Failed | None]") -> tuple[RunStatus, str, str | None]:
        if self._why is not None:
            if not work.done():
                log.warning("%s does not stop; its run is given up", self.agent.info.agent_id)
            elif not work.cancelled() and (problem := work.exception()) is not None:
                log.error("Run %s failed while stopping", self.task.run_id, exc_info=problem)
        match self._why:
            case Stop.CANCELLED:
                return RunStatus.CANCELLED, "cancelled", None
            case Stop.SHUTDOWN:
                return RunStatus.CANCELLED, "cancelled", "The server is shutting down."
            case Stop.TIMEOUT:
                words = f"No complete answer within {self._timeout:g} s. Ask for less at once."
                return RunStatus.FAILED, "timeout", words
        name = self.agent.info.name
        if work.cancelled():
            return RunStatus.FAILED, "failed", f"{name} gave up. Ask again."
        problem = work.exception()
        if isinstance(problem, Refusal):
            return RunStatus.FAILED, "failed", str(problem)
        if problem is not None:
            log.error("Run %s of %s failed", self.task.run_id, name, exc_info=problem)
            words = f"{name} ran into an error ({type(problem).__name__}). The server's log has it."
            return RunStatus.FAILED, "failed", words
        failed = work.result()
        if failed is not None:
            return RunStatus.FAILED, "failed", str(failed.message or "")
        return RunStatus.DONE, "done", None

    def _closing_words(self, reason: str, error: str | None) -> None:
        if reason == "cancelled":
            if self._answer.text:
                self._answer.close_with("(stopped)")
        elif reason == "done":
            if self._answer.full:
                self._answer.close_with(CUT)
        elif self._answer.text:
            self._answer.close_with(f"(failed: {error})")
        else:
            self._answer.close_with(f"I could not answer: {error}")


def _worse(
    status: RunStatus, reason: str, error: str | None, words: str
) -> tuple[RunStatus, str, str | None]:
    """How it ended, given that the answer was not posted either."""
    if status is RunStatus.DONE:
        return RunStatus.FAILED, "failed", words
    return status, reason, error
