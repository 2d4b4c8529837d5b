"""What documents need of one server: where they are, what they say now, their locks, edits,
conflicts and snapshots, and what guards them from the disk."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ..domain.errors import Refusal
from ..domain.locks import LockSetting
from ..domain.paths import clean_path
from ..hub.hub import Hub
from ..hub.paths import PathGuard
from ..protocol.errors import ErrorCode
from .acceptance import Acceptance
from .authors import DocumentAuthors
from .authors_store import AuthorsStore
from .broker import Broker
from .changing import Changing
from .collaboration import Collaboration
from .conflicts import Conflicts
from .current import CurrentDocuments
from .disk_guard import DiskGuard
from .disk_keeping import DiskKeeping
from .door import Door
from .file_ids import FileIds
from .gate.gate import Gate
from .locks import DocumentLocks
from .other_saves import OtherSaves, Saver
from .peers import Peers
from .permit import MergeSetting, Permit
from .proposals import Proposals
from .provenance import DocumentProvenance
from .restoring import Restoring
from .snapshots import Retention, Snapshots

FORGET_EVERY = 3600.0
"""Seconds."""


class DocumentSettings(Struct, frozen=True, kw_only=True):
    """The settings of the extension that are about documents; sizes in bytes,
    times in seconds unless they say otherwise."""

    snapshot_days: float = 30.0
    snapshots_per_document: int = 100
    snapshot_bytes: int = 1_000_000_000
    snapshot_shrink_share: float = 0.5
    lock_timeout: int = 1800
    agent_lock_timeout: int = 300
    lock_request_timeout: int = 120
    lock_grace: float = 60.0
    max_locks_per_participant: int = 50
    max_document_message: int = 64 * 2**20
    conflict_resolution_enabled: bool = True
    auto_merge_enabled: bool = True
    conflict_notification_enabled: bool = True
    max_document: int = 10_000_000


class DocumentService:
    """Composes what documents need. Here nothing is decided."""

    def __init__(
        self,
        hub: Hub,
        *,
        collaboration: Collaboration,
        gate: Gate,
        contents_manager: Any,
        guard: PathGuard,
        web_settings: dict[str, Any],
        who_saves: Callable[[], Saver],
        settings: DocumentSettings,
    ) -> None:
        self._hub = hub
        self._forgot = float("-inf")
        self._collaboration = collaboration
        self._contents = contents_manager
        self.ids = FileIds(web_settings, contents_manager, guard)
        self.current = CurrentDocuments(collaboration, contents_manager, self.ids)
        self.snapshots = Snapshots(
            hub.store,
            hub.clock.now,
            Retention(
                settings.snapshot_days, settings.snapshots_per_document, settings.snapshot_bytes
            ),
        )
        self.locks = DocumentLocks(
            hub,
            self.ids,
            LockSetting(
                timeout=settings.lock_timeout,
                agent_timeout=settings.agent_lock_timeout,
                request_timeout=settings.lock_request_timeout,
                per_participant=settings.max_locks_per_participant,
            ),
            grace=settings.lock_grace,
            tell_conflicts=settings.conflict_notification_enabled,
        )
        changing = Changing(
            collaboration, contents_manager, max_size=settings.max_document, before=gate.before
        )
        self.broker = Broker(
            store=hub.store,
            clock=hub.clock,
            log=self.locks.log,
            file_ids=self.ids,
            changing=changing,
            permit=Permit(
                MergeSetting(
                    merge=settings.auto_merge_enabled,
                    ask=settings.conflict_resolution_enabled,
                ),
                hub.clock,
                self.locks.log,
                self.locks.protection,
            ),
        )
        self.proposals = Proposals(
            hub.store,
            hub.clock,
            self.locks.log,
            self.broker,
            Acceptance(hub.clock, self.locks.log, self.broker, self._before_run),
        )
        self.conflicts = Conflicts(hub.store, hub.clock, self.locks.log, self.broker)
        self.max_document = settings.max_document
        gate.protection = self.locks.protection
        self.peers = Peers(collaboration, gate, self.snapshots)
        kept = AuthorsStore(hub.store, hub.clock)
        self.authors = DocumentAuthors(kept, collaboration, gate, hub.clock)
        self.provenance = DocumentProvenance(
            authors=self.authors,
            store=kept,
            file_ids=self.ids,
            changing=changing,
            broker=self.broker,
            log=self.locks.log,
            clock=hub.clock,
        )
        self.restoring = Restoring(self.snapshots, self.current, self.locks.protection)
        keeping = DiskKeeping(
            hub.store, self.snapshots, contents_manager, hub.clock.now, self.conflicts.note
        )
        self.disk = DiskGuard(keeping, shrink_share=settings.snapshot_shrink_share, spawn=hub.spawn)
        self._saves = OtherSaves(
            self.disk,
            self.locks.protection.locked,
            document_id=collaboration.document_id,
            who=who_saves,
        )

    async def start(self) -> None:
        """Read what stands about documents, guard them; forget what is too old."""
        await self.locks.start()
        self.locks.listen(self.broker.changed)
        self._hub.each_sweep(self._forget)
        if self._collaboration.extension is not None:
            self.disk.start(self._collaboration, self._contents)
            self._saves.start(self._contents)
        self._hub.documents = Door(self._hub, self.locks, self.proposals)
        self._hub.spawn(self.snapshots.retain(), "forgetting old snapshots")

    def stop(self) -> None:
        """Take no command, let time pass no more."""
        self._hub.documents = None
        self.locks.stop()

    async def _forget(self) -> None:
        """Let go of what is too old, once in an hour; of versions also when many were made."""
        now = self._hub.clock.monotonic()
        hourly = now - self._forgot >= FORGET_EVERY
        if hourly or self.broker.versions.are_many:
            await self.broker.versions.forget()
        if hourly:
            self._forgot = now
            await self.conflicts.forget()
            await self.proposals.forget()

    async def _before_run(self, document_id: str, path: str, agent_id: str, run_id: str) -> None:
        content = (await self.current.of(document_id, path)).content
        if content is not None:
            await self.snapshots.before_run(
                document_id, path, content, agent_id=agent_id, run_id=run_id
            )

    async def known(self, path: str) -> tuple[str, str]:
        """(document id, clean path), also of a file that is gone and of which something is kept.

        Raises ``Refusal`` as ``FileIds.of``.
        """
        try:
            return await self.ids.of(path)
        except Refusal as problem:
            if problem.code is not ErrorCode.NOT_FOUND:
                raise
            clean = clean_path(path)
            for record in await self._hub.store.documents():
                if record.path == clean:
                    return record.document_id, clean
            raise
