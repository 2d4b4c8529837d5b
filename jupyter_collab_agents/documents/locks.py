"""Locks on this server: commands in, documents changed, everybody told."""

from collections.abc import Callable

from ..domain.documents import Document
from ..domain.errors import Refusal
from ..domain.lock_ends import standing
from ..domain.lock_scopes import extent_asked, extent_of, same
from ..domain.locks import Asked, LockSetting, decide
from ..domain.permissions import Action, member, require, role_of
from ..hub import metrics
from ..hub.connection import Connection
from ..hub.document_door import has_file
from ..hub.doors import mint
from ..hub.hub import Hub
from ..protocol.documents import DocumentState, WatchDocuments
from ..protocol.errors import ErrorCode
from ..protocol.frames import AnyLockCommand
from ..protocol.locks import (
    AcquireLock,
    Lock,
    LockReleased,
    RefuseLock,
    ReleaseLock,
)
from ..protocol.participants import Profile, Role
from .file_ids import FileIds
from .lock_protection import LockProtection
from .lock_time import LockTime
from .log import Changed, DocumentLog, Draft
from .telling import Telling


class DocumentLocks:
    """See the module."""

    def __init__(
        self,
        hub: Hub,
        file_ids: FileIds,
        setting: LockSetting,
        *,
        grace: float,
        tell_conflicts: bool = True,
    ) -> None:
        self._hub = hub
        self._file_ids = file_ids
        self._setting = setting
        self._telling = Telling(hub, conflicts=tell_conflicts)
        self._listeners: list[Callable[[Changed], None]] = []
        self.log = DocumentLog(hub.store, hub.clock, file_ids.path, self._changed)
        self.protection = LockProtection(hub, self.log)
        self._time = LockTime(hub, self.log, grace)

    async def start(self) -> None:
        """Read the documents, and end what expired while the server was down."""
        await self.log.start()
        await self._time.expire()
        self._hub.each_sweep(self._sweep)

    def stop(self) -> None:
        """Let time pass no more."""
        self.protection.close()
        self._time.stop()

    def listen(self, listener: Callable[[Changed], None]) -> None:
        """Be told of every change of a document."""
        self._listeners.append(listener)

    # --- asking ---------------------------------------------------------------------------

    async def state(self, path: str) -> DocumentState:
        """How the file at a path stands. Raises ``Refusal`` as ``FileIds.of``."""
        document_id, clean = await self._file_ids.of(path)
        return self._state(document_id, clean)

    async def ask(
        self,
        command: AnyLockCommand,
        who: Profile,
        *,
        may_write: bool,
        stays: bool,
        overrules: Callable[[str, str], bool] = lambda holder, path: False,
    ) -> DocumentState:
        """See a command through; how the document stands after it.

        ``overrules``: may they take a lock of this holder on the file at this path? Raises
        ``Refusal`` or ``StoreUnavailable``.
        """
        document_id, clean = await self._document_of(command)

        def decided(document: Document, path: str) -> Draft:
            asked = Asked(
                document=document,
                path=path,
                who=who,
                now=self._hub.clock.now(),
                mint=mint,
                setting=self._setting,
                may_write=may_write,
                held=self._held(who.participant_id),
                overrules=lambda holder: overrules(holder, path),
                able=self._able,
                stays=stays,
            )
            return Draft(decide(asked, command))

        await self.log.change(
            document_id, clean, author=who.participant_id, ref=command.ref, decide=decided
        )
        return self._state(document_id, clean)

    async def acquire(self, command: AcquireLock, who: Profile, *, stays: bool) -> Lock:
        """A lock for somebody who may write documents. Raises as ``ask``."""
        state = await self.ask(command, who, may_write=True, stays=stays)
        extent = extent_asked(command)
        for lock in state.locks:
            if lock.holder == who.participant_id and same(extent_of(lock), extent):
                return lock
        # a resend, and what it got the first time is over already
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such lock any more.")

    async def command(self, connection: Connection, command: AnyLockCommand) -> None:
        """Through a session, by somebody whose role in it lets them."""
        me, session = connection.participant_id, connection.session
        action = Action.READ if isinstance(command, ReleaseLock | RefuseLock) else Action.LOCK
        require(session.state, me, connection.rights, action)

        def overrules(holder: str, path: str) -> bool:
            if me in self._hub.settings.admins:
                return True
            mine, theirs = member(session.state, me), member(session.state, holder)
            return (
                mine is not None
                and theirs is not None
                and role_of(mine) is Role.OWNER
                and has_file(session, path)
            )

        await self.ask(
            command,
            connection.profile,
            may_write=self._hub.accounts.of(me).edits,
            stays=False,
            overrules=overrules,
        )

    async def watch(self, connection: Connection, command: WatchDocuments) -> None:
        """Tell a connection how documents stand, now and whenever that changes.

        Files that are not there (yet) are left out.
        """
        if not self._hub.accounts.of(connection.participant_id).documents:
            raise Refusal(ErrorCode.FORBIDDEN, "Your account may not read files on this server.")
        found: dict[str, str] = {}
        for path in command.paths:
            try:
                document_id, clean = await self._file_ids.of(path)
            except Refusal as refusal:
                if refusal.code is not ErrorCode.NOT_FOUND:
                    raise
            else:
                found[document_id] = clean
        connection.watched = frozenset(found)
        for document_id, clean in found.items():
            path = self.log.path(document_id, clean)
            self._telling.one(connection, self.log.document(document_id), path)

    # --- inside ---------------------------------------------------------------------------

    def _changed(self, changed: Changed) -> None:
        for event in changed.events:
            if isinstance(event, LockReleased):
                metrics.LOCK_ENDS.labels(event.how.value).inc()
        metrics.LOCKS.set(sum(len(document.locks) for document in self.log))
        self._time.plan()
        self._telling.changed(changed)
        for listener in self._listeners:
            listener(changed)

    async def _sweep(self) -> None:
        await self._time.sweep()
        self.look_for_moves()

    def look_for_moves(self) -> None:
        """Tell of the documents whose files are elsewhere now."""
        for document_id, before in list(self._telling.paths.items()):
            path = self.log.path(document_id, before)
            if path != before:
                self._telling.everybody(self.log.document(document_id), path)

    async def _document_of(self, command: AnyLockCommand) -> tuple[str, str]:
        """The document of a command: the lock's, wherever its file is now; else the path's."""
        if not isinstance(command, AcquireLock):
            for document in self.log:
                if command.lock_id in document.locks:
                    return document.document_id, self.log.path(document.document_id)
        return await self._file_ids.of(command.path)

    def _state(self, document_id: str, path: str) -> DocumentState:
        return self._telling.state(self.log.document(document_id), self.log.path(document_id, path))

    def _able(self, participant_id: str) -> Profile | None:
        agent = self._hub.agents.get(participant_id)
        if agent is not None:
            return agent
        if self._hub.accounts.of(participant_id).edits:
            for connection in self._hub.connections():
                if connection.participant_id == participant_id:
                    return connection.profile
        return None

    def _held(self, participant_id: str) -> int:
        now = self._hub.clock.now()
        return sum(
            lock.holder == participant_id
            for document in self.log
            for lock in standing(document, now)
        )
