"""The hub's side of runs in memory: it keeps the same rules and writes down what happened."""

import asyncio

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.errors import ErrorCode

from .scene import FakeContext


class FakeStream:
    def __init__(self, port, message_id, agent_id, run_id, thread_id):
        self.port, self.message_id = port, message_id
        self.agent_id, self.run_id, self.thread_id = agent_id, run_id, thread_id
        self.pieces = []
        self.end = None

    @property
    def text(self):
        return "".join(self.pieces)

    def write(self, text):
        assert self.end is None, "written after its end"
        self.pieces.append(text)
        self.port.record("delta", self.message_id, text)

    async def finish(self):
        assert self.end is None, "ended twice"
        if self.port.posting_refused is not None:
            raise self.port.posting_refused
        self.end = "posted"
        self.port.record("posted", self.run_id, self.text)
        return self.message_id

    def abort(self):
        assert self.end is None, "ended twice"
        self.end = "aborted"
        self.port.record("aborted", self.run_id)


class FakePort:
    """Implements RunPort for one session, ``s1``."""

    def __init__(self, state):
        self.state = state
        self.events = []
        self.status = {}
        self.streams = []
        self.tasks = []
        self.authors = {}
        self.posting_refused = None
        self.queueing_refused = None
        self.may_not_start = set()
        self._changed = asyncio.Event()

    def may_start_runs(self, participant_id):
        return participant_id not in self.may_not_start

    def record(self, *event):
        self.events.append(event)
        self._changed.set()

    async def until(self, *event):
        """Wait until it happened."""
        while event not in self.events:
            self._changed.clear()
            await self._changed.wait()

    def of(self, *kinds):
        return [event for event in self.events if event[0] in kinds]

    @property
    def posted(self):
        return [event[2] for event in self.of("posted")]

    @property
    def finished(self):
        """(run, status, error, steps), in order."""
        return [event[1:] for event in self.of("finished")]

    async def session(self, session_id):
        return self.state if session_id == "s1" else None

    async def message_author(self, session_id, message_id):
        return self.authors.get(message_id)

    async def queue_run(self, session_id, agent_id, asked_by, trigger):
        await asyncio.sleep(0)
        if self.queueing_refused is not None:
            raise self.queueing_refused
        run_id = f"r{len(self.status) + 1}"
        self.status[run_id] = "queued"
        self.record("queued", run_id, agent_id, asked_by, trigger)
        return run_id

    async def start_run(self, session_id, run_id):
        await asyncio.sleep(0)
        if self.status[run_id] != "queued":
            raise Refusal(ErrorCode.CONFLICT, "This run is over.")
        self.status[run_id] = "running"
        self.record("started", run_id)

    async def finish_run(self, session_id, run_id, status, error, steps):
        await asyncio.sleep(0)
        if self.status[run_id] in {"queued", "running"}:
            self.status[run_id] = status.value
            self.record("finished", run_id, status.value, error, steps)

    def open_stream(self, session_id, agent_id, run_id, thread_id):
        stream = FakeStream(self, f"a{len(self.streams) + 1}", agent_id, run_id, thread_id)
        self.streams.append(stream)
        return stream

    def progress(self, session_id, run_id, agent_id, note):
        self.record("progress", run_id, note)

    def context(self, session_id, task):
        self.tasks.append(task)
        return FakeContext(state=self.state)
