"""What an agent is: it takes a task and tells what happens, one event after the other.

An agent reads the session and its notebooks through its context only. It may be asked in several
sessions at once, so it keeps nothing of a task in itself. It is stopped by asyncio cancellation.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol, runtime_checkable

from msgspec import Struct

from ..protocol.chat import Message
from ..protocol.participants import Profile
from ..protocol.presence import Location
from ..protocol.sessions import SessionState


class AgentInfo(Struct, frozen=True, kw_only=True):
    """Who an agent is.

    ``agent_id`` is ``agent:<name>`` (small letters, digits, ``.``, ``_``, ``-``); ``commands``
    are the words it knows, for completion after its name.
    """

    agent_id: str
    name: str
    description: str
    capabilities: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


class AgentTask(Struct, frozen=True, kw_only=True):
    """One thing to do. ``text`` is what was asked, without the agent's own mention.

    ``thread_id`` is where the answer goes, null for the main conversation. ``trigger`` is the
    message that asked, null for ``run.start``. ``context`` is whatever the caller passed along.
    ``on_behalf_of`` is the person who began, whose rights hold; ``hops`` counts the agents
    between that person and this task. Asked by a person, that person is both.
    """

    run_id: str
    session_id: str
    text: str
    asked_by: Profile
    on_behalf_of: Profile
    thread_id: str | None = None
    trigger: Message | None = None
    context: dict[str, Any] = {}
    hops: int = 0


class AgentEvent(Struct, frozen=True, tag_field="type", tag=str.lower):
    """Something an agent tells."""


class Text(AgentEvent, frozen=True):
    """The next piece of the answer, Markdown."""

    text: str


class Note(AgentEvent, frozen=True):
    """What the agent does now, in a few words; shown while it lasts, not kept."""

    text: str


class Step(AgentEvent, frozen=True):
    """A tool was used; ``title`` says which and on what. Steps are counted."""

    title: str


class Done(AgentEvent, frozen=True):
    """The answer is complete. The last event."""


class Failed(AgentEvent, frozen=True):
    """There is no (complete) answer; ``message`` tells people why and what to do. The last."""

    message: str


class CellView(Struct, frozen=True, kw_only=True):
    """One cell as it is now. ``index`` is 0-based; people read "cell 1" for 0.

    ``outputs`` are nbformat's output dicts. ``execution_state`` is "running" or "idle" where the
    live document tells; ``ran_source`` is the text that gave the outputs, where that is known.
    """

    cell_id: str
    index: int
    cell_type: str
    source: str
    execution_count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()
    execution_state: str | None = None
    ran_source: str | None = None


class NotebookView(Struct, frozen=True, kw_only=True):
    """A notebook as it is now: ``live`` if it is the shared document, else as it is on disk."""

    path: str
    live: bool
    cells: tuple[CellView, ...]


class AgentContext(Protocol):
    """The only way to the session, limited to what the person who began may read."""

    async def read_notebook(self, path: str) -> NotebookView:
        """The notebook at ``path`` (relative to the root). Raises Refusal."""

    async def list_notebooks(self) -> list[str]:
        """Paths of notebooks to choose from: open ones and the session's first, 100 at most."""

    async def files_beside(self, path: str) -> list[str]:
        """Names in the folder of a file, for "did you mean"; [] if it cannot be listed."""

    def session(self) -> SessionState:
        """The session as it is now."""

    async def recent_messages(self, limit: int) -> list[Message]:
        """The last messages of the task's conversation, oldest first."""

    async def location_of(self, participant_id: str) -> Location | None:
        """Where a participant is looking."""

    def shared_context(self) -> Mapping[str, Any]:
        """The session's shared context: values by key."""


@runtime_checkable
class Agent(Protocol):
    """A participant that answers."""

    info: AgentInfo

    def run(self, task: AgentTask, ctx: AgentContext) -> AsyncIterator[AgentEvent]:
        """Events of one run (an async generator). Ending without Done counts as Done."""


@runtime_checkable
class Volunteer(Protocol):
    """An agent that can tell, at once, whether it has something to say to words not addressed to
    it. As auto-responder it is not asked among several people unless it has."""

    def volunteers(self, text: str) -> bool:
        """Whether ``text`` is something it knows. Fast and pure."""
