"""Documents as they stand now: the live one where somebody has it open, else the file."""

from typing import Any

from jupyter_server.utils import ensure_async
from msgspec import Struct
from tornado.web import HTTPError

from ..domain.contents import Content
from ..domain.errors import Refusal
from ..protocol.errors import ErrorCode
from .collaboration import Collaboration, model_of, until_no_transaction
from .disk_content import merge_from_disk
from .file_ids import FileIds
from .live_content import apply, content_of, is_mergeable


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
        room = self._room(document_id)
        if room is not None:
            return Current(document_id, clean, content_of(model_of(room)), room)
        return Current(document_id, clean, await self._file(clean))

    async def of(self, document_id: str, last_path: str) -> Current:
        """A document wherever it is now; ``last_path`` is where it was when it was last seen."""
        path = self._ids.path(document_id) or last_path
        try:
            return await self.at(path)
        except Refusal as problem:
            if problem.code is not ErrorCode.NOT_FOUND:
                raise
            return Current(document_id, path, None)

    async def change(self, current: Current, wanted: Content, *, origin: str) -> int:
        """Make of it what is wanted; what was typed since ``current`` was read is merged.

        Returns how many places could not be merged and stayed as people had them. Raises
        ``Refusal`` CONFLICT where a live document may be out of our reach.
        """
        if current.room is None:
            await self._write(current, wanted)
            return 0
        await until_no_transaction(current.room)
        model = model_of(current.room)
        merged = merge_from_disk(current.content or wanted, content_of(model), wanted)
        apply(model, merged.steps, origin=origin)
        return len(merged.conflicts)

    def _room(self, document_id: str) -> Any:
        rooms = self._collaboration.document_rooms(document_id)
        return next((r for r in rooms if r.ready and is_mergeable(model_of(r))), None)

    async def _file(self, path: str) -> Content:
        kind = "notebook" if path.endswith(".ipynb") else "file"
        form = None if kind == "notebook" else "text"
        try:
            model = await ensure_async(
                self._contents.get(path, content=True, type=kind, format=form)
            )
        except HTTPError as problem:
            if problem.status_code == 404:
                raise Refusal(ErrorCode.NOT_FOUND, f"There is no file '{path}'.") from problem
            what = "a notebook" if kind == "notebook" else "a text"
            raise Refusal(ErrorCode.INVALID, f"'{path}' is not {what}.") from problem
        content: Content = model["content"]
        return content

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
