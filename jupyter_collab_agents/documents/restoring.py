"""Snapshots compared with what there is now, and put back."""

import asyncio

from ..domain.changed_parts import changed_cells, changed_texts
from ..domain.contents import Content
from ..domain.errors import Refusal
from ..domain.merge.shape import NotAMergeableNotebook
from ..protocol.errors import ErrorCode
from ..protocol.snapshots import ChangedPart, Restored, Snapshot, SnapshotDiff, SnapshotReason
from .current import Current, CurrentDocuments, other_form
from .disk_content import as_loaded, merge_from_disk, same_content
from .live_content import Merge, Steps
from .protection import Protection
from .snapshots import Snapshots
from .touching import touches


class Restoring:
    """Every restoring is an edit of the live document like any other, by whoever asked."""

    def __init__(
        self, snapshots: Snapshots, documents: CurrentDocuments, protection: Protection
    ) -> None:
        self._snapshots = snapshots
        self._documents = documents
        self._protection = protection

    async def take(self, path: str, by: str) -> Snapshot:
        """A snapshot of what there is now. Raises ``Refusal``."""
        current = await self._documents.at(path)
        assert current.content is not None
        return await self._snapshots.take(
            current.document_id, current.path, current.content, SnapshotReason.ASKED, by=by
        )

    async def diff(self, snapshot_id: str, against: str | None) -> SnapshotDiff:
        """From a snapshot to another one of the same document, or to the document."""
        snapshot = await self._snapshots.get(snapshot_id)
        old = await self._snapshots.content(snapshot_id)
        if against is None:
            current = await self._documents.of(snapshot.document_id, snapshot.path)
            new = current.content
        else:
            if (await self._snapshots.get(against)).document_id != snapshot.document_id:
                raise Refusal(ErrorCode.INVALID, "These are snapshots of different documents.")
            new = await self._snapshots.content(against)
        parts = [] if new is None else await asyncio.to_thread(_parts, old, new)
        return SnapshotDiff(snapshot_id=snapshot_id, against=against, parts=parts)

    async def restore(self, snapshot_id: str, by: str, *, keep_later: bool) -> Restored:
        """Put a snapshot back. Raises ``Refusal``; LOCKED if others hold what would change."""
        snapshot = await self._snapshots.get(snapshot_id)
        wanted = await self._snapshots.content(snapshot_id)
        current = await self._documents.of(snapshot.document_id, snapshot.path)
        conflicts = 0

        def allow(steps: Steps) -> None:
            self._refuse_locked(current, by, steps)

        if current.content is None:  # the file is gone: it comes back
            await self._documents.change(current, wanted, allow, origin=by)
            return Restored(path=current.path, live=False, before=None, conflicts=0)
        if keep_later:
            done = await self._snapshots.content_after(snapshot_id)
            if done is None:
                raise Refusal(
                    ErrorCode.INVALID,
                    "Only a snapshot that was taken before a restoring can be put back with "
                    "what was written since.",
                )
            merged = await asyncio.to_thread(_merge, done, current.content, wanted)
            wanted, conflicts = merged.content, len(merged.conflicts)
        allow(await asyncio.to_thread(_steps, current.content, wanted))
        if same_content(current.content, wanted):
            return Restored(
                path=current.path,
                live=current.room is not None,
                before=None,
                conflicts=conflicts,
            )
        before = await self._snapshots.take(
            current.document_id,
            current.path,
            current.content,
            SnapshotReason.RESTORE,
            by=by,
            after=wanted,
        )
        conflicts += await self._documents.change(current, wanted, allow, origin=by)
        return Restored(
            path=current.path, live=current.room is not None, before=before, conflicts=conflicts
        )

    def _refuse_locked(self, current: Current, by: str, steps: Steps) -> None:
        protected = self._protection.of(current.document_id, by)
        if protected.outputs:
            raise Refusal(ErrorCode.FORBIDDEN, "Your account may not change files on this server.")
        if touches(steps, protected):
            raise Refusal(
                ErrorCode.LOCKED,
                f"Somebody else holds a lock on what would change in '{current.path}'. "
                "Ask them for it, or wait until it ends.",
            )


def _steps(ours: Content, wanted: Content) -> Steps:
    return _merge(ours, ours, wanted).steps


def _merge(base: Content, ours: Content, theirs: Content) -> Merge:
    try:
        return merge_from_disk(base, ours, theirs)
    except (NotAMergeableNotebook, TypeError) as problem:
        raise other_form() from problem


def _parts(old: Content, new: Content) -> list[ChangedPart]:
    before, after = as_loaded(old), as_loaded(new)
    if isinstance(before, str) and isinstance(after, str):
        return changed_texts(before, after)
    if isinstance(before, dict) and isinstance(after, dict):
        try:
            return changed_cells(before, after)
        except NotAMergeableNotebook as problem:
            raise other_form() from problem
    raise other_form()
