"""A command on its way to its session's turn: its paths are checked, then it is queued once."""

from collections.abc import Callable, Coroutine
from typing import Any

from ..domain.permissions import Rights
from ..protocol.frames import AnyDurableCommand
from ..protocol.participants import Profile
from ..protocol.runs import StartRun
from ..protocol.sessions import DeleteSession
from .deletion import Deletion
from .doors import Doors
from .live_session import LiveSession
from .paths import PathGuard, paths_of
from .run_requests import RunRequests
from .tickets import FutureTicket, Stored
from .turn import Ticket


class Commands:
    """Takes wire commands; knows which of them concern more than their session."""

    def __init__(
        self,
        doors: Doors,
        deletion: Deletion,
        runs: RunRequests,
        path_guard: PathGuard,
        spawn: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        self._doors = doors
        self._deletion = deletion
        self._runs = runs
        self._path_guard = path_guard
        self._spawn = spawn

    async def command(
        self, session: LiveSession, command: AnyDurableCommand, profile: Profile, rights: Rights
    ) -> Stored:
        """Check, queue and await the answer. Raises ``Refusal`` or ``StoreUnavailable``."""
        await self.check_paths(command)
        ticket = FutureTicket()
        self.submit(session, command, profile, rights, ticket)
        return await ticket.answer

    def submit(
        self,
        session: LiveSession,
        command: AnyDurableCommand,
        profile: Profile,
        rights: Rights,
        ticket: Ticket,
    ) -> None:
        """Queue a wire command whose paths were checked."""
        if isinstance(command, DeleteSession):
            deleting = self._deletion.delete_and_answer(session, profile, rights, ticket)
            self._spawn(deleting, "deleting a session")
            return
        if isinstance(command, StartRun):
            ticket = self._runs.ticket(session, command, profile.participant_id, ticket)
        session.submit(self._doors.command(command, profile, rights, ticket))

    async def check_paths(self, command: AnyDurableCommand) -> None:
        """Refuse paths that lead out of the folder that this server shows."""
        for path in paths_of(command):
            await self._path_guard(path)
