"""Documents as they stand now: the live one where somebody has it open, else the file."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from jupyter_server.utils import ensure_async
from msgspec import Struct
from tornado.web import HTTPError

from ..domain.contents import Content
from ..domain.errors import Refusal
from ..domain.merge.shape import NotAMergeableNotebook
from ..protocol.errors import ErrorCode
from .collaboration import Collaboration, model_of, until_no_transaction
from .disk_content import merge_from_disk, without_trust
from .file_ids import FileIds
from .live_content import Merge, Steps, apply, content_of, is_mergeable, merge

Allow = Callable[[Steps], None]
"""Asked directly before a change is made; raises if it must not be."""

TRIES = 30


class Current(Struct, frozen=True):
    """A document now. ``content`` is null if there is no such file any more; ``room``: where it
    is open."""

    document_id: str
    path: str
    content: Content | None
    room: Any = None


class CurrentDocuments:
    """Finds documents and changes them, through Jupyter's own services."""

    def __init__(self, collaboration: Collaboration, contents_manager: Any, ids: FileIds) -> None:
        self._collaboration = collaboration
        self._contents = contents_manager
        self._ids = ids

    async def at(self, path: str) -> Current:
        """The document at a path. Raises ``Refusal`` as ``FileIds.of``, INVALID for a binary."""
        document_id, clean = await self._ids.of(path)
        while (room := self._room(document_id)) is not None:
            await until_no_transaction(room)
            if room is self._room(document_id):
                return Current(document_id, clean, content_of(model_of(room)), room)
        content, _ = await self._file(clean)
        return Current(document_id, clean, content)

    async def of(self, document_id: str, last_path: str) -> Current:
        """A document wherever it is now; ``last_path`` is where it was when it was last seen."""
        path = self._ids.path(document_id) or last_path
        try:
            return await self.at(path)
        except Refusal as problem:
            if problem.code is not ErrorCode.NOT_FOUND:
                raise
            return Current(document_id, path, None)

    async def change(self, current: Current, wanted: Content, allow: Allow, *, origin: str) -> int:
        """Make of it what is wanted; what was written since ``current`` was read is merged.

        Returns how many places could not be merged and stayed as people had them. Raises
        ``Refusal``: CONFLICT where a live document may be out of our reach, BUSY, and what
        ``allow`` raises.
        """
        for _ in range(TRIES):
            room = self._room(current.document_id)
            if room is None:
                conflicts = await self._change_file(current, wanted, allow)
            else:
                conflicts = await self._change_live(room, current, wanted, allow, origin)
            if conflicts is not None:
                return conflicts
        raise Refusal(ErrorCode.BUSY, "Others changed the document each time. Try again.")

    async def _change_live(
        self, room: Any, current: Current, wanted: Content, allow: Allow, origin: str
    ) -> int | None:
        """Null if it was closed meanwhile."""
        await until_no_transaction(room)
        if room is not self._room(current.document_id):
            return None
        ours = content_of(model_of(room))
        base = ours if current.content is None else current.content
        merged = _merged(merge_from_disk, base, ours, wanted)
        allow(merged.steps)
        apply(model_of(room), merged.steps, origin=origin)
        return len(merged.conflicts)

    async def _change_file(self, current: Current, wanted: Content, allow: Allow) -> int | None:
        """Null if the file changed meanwhile, or somebody opened the document."""
        async with AsyncExitStack() as locks:
            for lock in self._collaboration.locks_of(current.document_id):
                await locks.enter_async_context(lock)
            if self._collaboration.document_rooms(current.document_id):
                return None
            ours, stamp = await self._file_if_any(current.path)
            base = ours if current.content is None else current.content
            if ours is None or base is None:
                allow([])
                await self._write(current, wanted)
                return 0
            sides = [_plain(one) for one in (base, ours, wanted)]
            merged = await asyncio.to_thread(_merged, merge, *sides)
            allow(merged.steps)
            if await self._file_if_any(current.path) != (ours, stamp):
                return None
            allow(merged.steps)
            await self._write(current, wanted if ours == base else merged.content)
            return len(merged.conflicts)

    def _room(self, document_id: str) -> Any:
        rooms = self._collaboration.document_rooms(document_id)
        return next((r for r in rooms if r.ready and is_mergeable(model_of(r))), None)

    async def _file(self, path: str) -> tuple[Content, Any]:
        """What the file says, and its hash or the time when it was written."""
        kind = "notebook" if path.endswith(".ipynb") else "file"
        form = None if kind == "notebook" else "text"
        try:
            model = await ensure_async(
                self._contents.get(path, content=True, type=kind, format=form, require_hash=True)
            )
        except HTTPError as problem:
            if problem.status_code == 404:
                raise Refusal(ErrorCode.NOT_FOUND, f"There is no file '{path}'.") from problem
            what = "a notebook" if kind == "notebook" else "a text"
            raise Refusal(ErrorCode.INVALID, f"'{path}' is not {what}.") from problem
        return model["content"], model.get("hash") or model["last_modified"]

    async def _file_if_any(self, path: str) -> tuple[Content | None, Any]:
        try:
            return await self._file(path)
        except Refusal as problem:
            if problem.code is not ErrorCode.NOT_FOUND:
                raise
            return None, None

    async def _write(self, current: Current, wanted: Content) -> None:
        if self._collaboration.is_out_of_reach:
            raise Refusal(
                ErrorCode.CONFLICT,
                "Documents are shared here in a way that this extension cannot change. "
                "Copy what you need from the snapshot.",
            )
        text = isinstance(wanted, str)
        model = {
            "type": "file" if text else "notebook",
            "format": "text" if text else "json",
            "content": wanted,
        }
        try:
            await ensure_async(self._contents.save(model, current.path))
        except HTTPError as problem:
            raise Refusal(
                ErrorCode.CONFLICT, f"'{current.path}' could not be written: {problem.log_message}"
            ) from problem


def _plain(content: Content) -> Content:
    return content if isinstance(content, str) else without_trust(content)


def _merged(
    how: Callable[[Content, Content, Content], Merge], base: Content, ours: Content, theirs: Content
) -> Merge:
    try:
        return how(base, ours, theirs)
    except (NotAMergeableNotebook, TypeError) as problem:
        raise other_form() from problem


def other_form() -> Refusal:
    """A text and a notebook, or a notebook that no program can read."""
    return Refusal(ErrorCode.CONFLICT, "The document is of another form now; nothing was changed.")
