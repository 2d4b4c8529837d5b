"""One open document and its file: neither overwrites the other.

What the file became outside is merged into the live document, from the version that both began
with: the last one that was loaded or saved. What cannot be merged stays as people have it, and
is kept as a question, with the file's side beside the file. See ``disk_file`` for how changes are
noticed, ``live_files`` for where the room asks us.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from ..domain.contents import Content
from ..domain.disk_changes import Reopened, cut_short, reopened, shrinks
from ..domain.merge.conflicts import Conflict
from ..domain.merge.shape import NotAMergeableNotebook
from . import live_files
from .collaboration import (
    NotSaved,
    finish_saving,
    model_of,
    transaction_is_open,
    until_no_transaction,
)
from .disk_content import fingerprint, merge_from_disk, same_content
from .disk_file import DiskFile, Version
from .disk_records import Cause, Mark, Records, Undecided
from .file_versions import FileVersions, size_of
from .live_content import apply, content_of
from .origin import DISK
from .reached import reaches

if TYPE_CHECKING:
    from jupyter_server_ydoc.rooms import DocumentRoom

LARGE = 100_000
"""Characters or bytes from which on merging leaves the event loop."""
Spawn = Callable[[Coroutine[Any, Any, None], str], None]
"""Runs something beside; the text says what."""

TRIES = 5
"""How often a large merge begins again because people went on typing meanwhile."""


class GuardedRoom:
    """One room and its file. ``shrink_share``: what part of a document is much to lose."""

    def __init__(
        self,
        room: "DocumentRoom",
        document_id: str,
        records: Records,
        *,
        shrink_share: float,
        spawn: Spawn,
    ) -> None:
        self.room = room
        self.document_id = document_id
        self.model = model_of(room)
        self.versions = FileVersions()
        self._records = records
        self._share = shrink_share
        self._spawn = spawn
        self._read: list[Version] = []
        self._noted: str | None = None
        self._changes = self._brought = 0
        self._saves = 0
        self._state = b""
        self._rest: asyncio.Event | None = None
        loader = live_files.loader_of(room)
        self.file = DiskFile(
            live_files.contents_of(loader), self, kind=self.kind, changed=live_files.out_of_band
        )
        live_files.read_and_write_through(loader, self.file)
        live_files.on_loaded(room, self._bring_in)
        live_files.on_opened(room, self._opened)
        self._begin_saving = live_files.answer_saves(room, self.save)
        self._subscription = room.ydoc.observe(self._count)

    @property
    def path(self) -> str:
        """Where the file is now."""
        return str(live_files.loader_of(self.room).path)

    @property
    def kind(self) -> str:
        """What it is for the contents manager: ``notebook`` or ``file``."""
        return "notebook" if self.room.file_type == "notebook" else "file"

    @property
    def is_open(self) -> bool:
        """Whether the document is loaded."""
        return bool(self.room.ready)

    @property
    def content(self) -> Content:
        """What the document says now."""
        return content_of(self.model)

    def keep(self, content: Content) -> None:
        """The document is about to change; it says this now."""
        work = self._records.overwritten(self.document_id, self.path, content)
        self._spawn(work, "keeping what a document said")

    def ask(self, question: Undecided) -> None:
        """A question for people."""
        self._spawn(self._records.undecided(question), "keeping a conflict")

    async def save(self) -> None:
        """Save what the document says now; also if a change of the disk comes in first, or if
        people go on typing. Raises ``NotSaved``."""
        before = self._saves
        for _ in range(TRIES):
            saving = self._begin_saving()
            await (asyncio.wait([saving]) if saving else live_files.until_loaded(self.room))
            if self._saves > before or self._is_saved():
                return
        raise NotSaved(self.path)

    async def finish(self) -> None:
        """Save what waits to be saved; nobody is there to hear if it cannot be."""
        if self._rest is not None:
            await self._rest.wait()
        await finish_saving(self.room)

    def _is_saved(self) -> bool:
        known = self.file.taken_in
        return known is not None and same_content(known.content, self.content)

    # --- what the file tells --------------------------------------------------------------------

    async def read(self, version: Version) -> None:
        """The room loads this. If the document says so already there is nothing to merge."""
        self._read = [*self._read[-3:], version]
        if not self.is_open or same_content(self.content, version.content):
            await self._take_in(version)

    async def unreadable(self, digest: str, data: bytes) -> None:
        """People keep what they have, and the next save makes the file readable again."""
        await self._ask(Cause.UNREADABLE, data)
        self._save_the_rest()

    async def before_save(self, content: Content) -> None:
        """Keep what a save would take away."""
        self._state = self.room.ydoc.get_state()
        before = None if self.file.taken_in is None else self.file.taken_in.content
        if before is not None and shrinks(size_of(before), size_of(content), self._share):
            await self._records.shrinking(self.document_id, self.path, before)

    async def saved(self, version: Version) -> None:
        """The file has what the document had."""
        self._saves += 1
        await self._take_in(version, self._state)

    # --- what the room asks -----------------------------------------------------------------------

    async def _bring_in(self, theirs: Content) -> None:
        """The file says ``theirs``, the document something else. The update lock is held."""
        version = self._version_of(theirs)
        before = self.file.taken_in
        if not self.is_open:
            await self._reopen(theirs)
            return
        if before is not None and version.number <= before.number:
            return  # a later one is in already
        newest = theirs if before is None else before.content
        self._brought = self._changes
        if self._is_cut_short(newest, theirs):
            await self._ask(Cause.CUT_SHORT, theirs)
            now = newest
        else:
            now = await self._merge(theirs, large=version.size > LARGE)
        await self._take_in(version)
        # what was typed since is here as well: the room saves nothing of it by itself meanwhile
        if self._changes != self._brought or not same_content(now, theirs):
            self._save_the_rest()

    async def _origin_of(self, theirs: Content) -> Content:
        """The version that somebody had read who writes this now."""
        if self.versions.characters < LARGE:
            return self.versions.origin_of(theirs)
        return await asyncio.to_thread(self.versions.origin_of, theirs)

    async def _merge(self, theirs: Content, *, large: bool) -> Content:
        """What the document says with what ``theirs`` brings."""
        await until_no_transaction(self.room)
        ours, seen = self.content, self._changes
        await self._records.overwritten(self.document_id, self.path, ours)
        base = await self._origin_of(theirs)
        try:
            for _ in range(TRIES):
                await until_no_transaction(self.room)
                if seen != self._changes:
                    ours, seen = self.content, self._changes
                if not large and size_of(ours) < LARGE:
                    merged = merge_from_disk(base, ours, theirs)
                    break
                merged = await asyncio.to_thread(merge_from_disk, base, ours, theirs)
                if seen == self._changes and not transaction_is_open(self.room):
                    break
            else:  # people type on and on: they wait for a moment
                await until_no_transaction(self.room)
                merged = merge_from_disk(base, self.content, theirs)
        except (NotAMergeableNotebook, TypeError):
            await self._ask(Cause.UNREADABLE, theirs)
            return ours
        apply(self.model, merged.steps, origin=DISK)  # nothing awaited since the merge
        self._brought = self._changes
        if merged.conflicts:
            await self._ask(Cause.DISK, theirs, here=merged.content, conflicts=merged.conflicts)
        return merged.content

    async def _reopen(self, theirs: Content) -> None:
        """The room opens with stored updates that do not end where the file is."""
        ours = self.content
        saved = await self._records.last_saved(self.document_id)
        which = reopened(
            None if saved is None else saved.content,
            fingerprint(ours),
            fingerprint(theirs),
            behind=saved is not None and not reaches(self.room.ydoc.get_state(), saved.state),
            begins=_begins(ours, theirs),
        )
        if same_content(ours, theirs):
            pass
        elif which is Reopened.UPDATES:
            # browsers that come back have this text as well, and so it stays
            await self._records.overwritten(self.document_id, self.path, theirs)
            await self._ask(Cause.RECOVERED, theirs)
            self._save_the_rest()
        else:
            await self._records.overwritten(self.document_id, self.path, ours)
            apply(self.model, merge_from_disk(ours, ours, theirs).steps, origin=DISK)
            if which is Reopened.BOTH:
                await self._ask(Cause.UNSAVED, ours)

    # --- what is known ----------------------------------------------------------------------------

    async def _take_in(self, version: Version, state: bytes | None = None) -> None:
        self.file.taken_in = version
        self.versions.add(version)
        if self.is_open:  # before, see _opened: the stored updates may have more than the file
            await self._note(version, self.room.ydoc.get_state() if state is None else state)

    async def _opened(self) -> None:
        """From now on there is something to lose: what the file says is noted before."""
        if self.file.taken_in is not None:
            await until_no_transaction(self.room)
            await self._note(self.file.taken_in, self.room.ydoc.get_state())

    async def _note(self, version: Version, state: bytes) -> None:
        content = await _fingerprint(version)
        if content != self._noted and self.file.taken_in is version:
            self._noted = content
            await self._records.note_saved(
                self.document_id, self.path, Mark(content=content, state=state)
            )

    def _version_of(self, content: Content) -> Version:
        for version in reversed(self._read):
            if version.content is content or version.content == content:
                return version
        raise AssertionError("a room sets its document to what it loaded")

    def _is_cut_short(self, base: Content, theirs: Content) -> bool:
        if isinstance(theirs, str) and isinstance(base, str):
            return cut_short(base, theirs, self._share)
        return size_of(theirs) == 0 < size_of(base)

    async def _ask(
        self,
        cause: Cause,
        there: Content | bytes,
        *,
        here: Content | None = None,
        conflicts: Sequence[Conflict] = (),
    ) -> None:
        here = self.content if here is None else here
        await self._records.undecided(
            Undecided(self.document_id, self.path, cause, here, there, list(conflicts))
        )

    def _save_the_rest(self) -> None:
        """The document has more than the file: it is to be saved, as soon as that is possible."""
        self._rest = done = asyncio.Event()
        self._spawn(self._mark_changed(done), "saving what was merged")

    async def _mark_changed(self, done: asyncio.Event) -> None:
        try:
            await live_files.until_loaded(self.room)
            live_files.changed_since_saved(self.room)
        finally:
            done.set()

    def _count(self, event: Any) -> None:
        self._changes += 1


def _begins(content: Content, other: Content) -> bool:
    return isinstance(content, str) and isinstance(other, str) and content.startswith(other)


async def _fingerprint(version: Version) -> str:
    if version.size < LARGE:
        return fingerprint(version.content)
    return await asyncio.to_thread(fingerprint, version.content)
