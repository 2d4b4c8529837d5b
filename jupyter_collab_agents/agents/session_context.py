"""What the agent of a task may read: what the person may on whose behalf it works."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..domain.errors import Refusal
from ..domain.visible import visible_since, visible_state
from ..hub.hub import Hub
from ..hub.live_session import LiveSession
from ..hub.records import stored_message
from ..protocol.chat import Message
from ..protocol.errors import ErrorCode
from ..protocol.presence import Location
from ..protocol.sessions import SessionState
from .agent import AgentTask, NotebookView
from .notebook.view import view_of


class Notebook(Protocol):
    """A notebook's content (nbformat 4 JSON), and whether it is the live one."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def live(self) -> bool: ...  # noqa: D102
    @property
    def content(self) -> dict[str, Any]: ...  # noqa: D102


class Reader(Protocol):
    """What documents/ offers for reading."""

    async def notebook(self, path: str) -> Notebook:
        """A notebook as it stands. Raises ``Refusal``."""

    async def files_beside(self, path: str) -> list[str]:
        """Names in a document's folder."""


class SessionContext:
    """Implements ``AgentContext``.

    The agent that asked another one adds no rights of its own: the person who began counts.
    """

    def __init__(self, hub: Hub, session: LiveSession, reader: Reader, task: AgentTask) -> None:
        self._hub = hub
        self._session = session
        self._reader = reader
        self._task = task

    async def read_notebook(self, path: str) -> NotebookView:
        """The notebook as it stands, if the person may read documents."""
        if not self._may_read_documents:
            name = self._task.on_behalf_of.name
            raise Refusal(ErrorCode.FORBIDDEN, f"{name} may not read files here.")
        found = await self._reader.notebook(path)
        return view_of(found.path, found.live, found.content)

    async def list_notebooks(self) -> list[str]:
        """Where people are first, then the session's files."""
        state = self._session.state
        places = [p.location.path for p in self._session.presence.all() if p.location is not None]
        active = [state.active_file] if state.active_file else []
        found = dict.fromkeys([*places, *active, *state.files])
        return [path for path in found if path.endswith(".ipynb")][:100]

    async def files_beside(self, path: str) -> list[str]:
        """Names in the folder of a file."""
        if not self._may_read_documents:
            return []
        return await self._reader.files_beside(path)

    def session(self) -> SessionState:
        """The session as it is now, as far as whoever is behind the task may see it."""
        return visible_state(self._session.state, self._task.on_behalf_of.participant_id)

    async def recent_messages(self, limit: int) -> list[Message]:
        """The last messages of the task's conversation that the person may see."""
        since = visible_since(self._session.state, self._person_id)
        stored = await self._hub.store.messages(
            self._session.session_id, None, limit, since=since, thread_id=self._task.thread_id
        )
        return [stored_message(one) for one in stored]

    async def location_of(self, participant_id: str) -> Location | None:
        """Where a participant is looking."""
        for presence in self._session.presence.all():
            if presence.participant_id == participant_id:
                return presence.location
        return None

    def shared_context(self) -> Mapping[str, Any]:
        """Values by key."""
        return {key: entry.value for key, entry in self._session.state.context.items()}

    @property
    def _person_id(self) -> str:
        return self._task.on_behalf_of.participant_id

    @property
    def _may_read_documents(self) -> bool:
        return self._hub.accounts.of(self._person_id).documents
