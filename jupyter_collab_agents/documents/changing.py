"""Documents read and changed where they are: live where somebody has them open, else the file.

Both are read and changed in one way, so that an edit need not know which it is.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from jupyter_server.utils import ensure_async
from msgspec import Struct
from tornado.web import HTTPError

from ..domain.contents import Content, bare, size_of
from ..domain.errors import Refusal
from ..domain.merge import Conflict, NotAMergeableNotebook
from ..domain.merge.edits import Edit, apply_edits
from ..domain.merge.operations import Operation, apply_operations
from ..protocol.errors import ErrorCode
from .collaboration import (
    Collaboration,
    model_of,
    transaction_is_open,
    until_loaded,
    until_no_transaction,
)
from .live_content import Steps, apply, bare_content, is_mergeable

if TYPE_CHECKING:
    from jupyter_server_ydoc.rooms import DocumentRoom

AT_ONCE = 50_000
"""Characters up to which a merge does not leave the event loop."""
TRIES = 30
READY = 20.0
"""Seconds that a room may take to load its file."""


class Merged(Struct, frozen=True):
    """What a merge makes of the present content: steps from it, and what is left to decide."""

    ours: Content
    steps: Steps
    conflicts: list[Conflict]


class Done(Struct, frozen=True):
    """A change that was made; ``after``: what the document says with it."""

    merged: Merged
    after: Content


class Now(Struct, frozen=True):
    """The present content, bare; ``live``: people have it open."""

    content: Content
    live: bool


Make = Callable[[Content], Merged]
Allow = Callable[[Merged], None]
"""Asked directly before a change is made; raises if it must not be."""


class Changing:
    """See the module."""

    def __init__(
        self,
        collaboration: Collaboration,
        contents_manager: Any,
        *,
        max_size: int,
        before: Callable[[Any, str], None] = lambda _room, _origin: None,
    ) -> None:
        """``before`` is told of each change of a live document: the room, the origin."""
        self._collaboration = collaboration
        self._contents = contents_manager
        self._max_size = max_size
        self._before = before
        self._at_files: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def read(self, document_id: str, path: str) -> Now:
        """What the document says. Raises ``Refusal``."""
        room = await self._room(document_id)
        if room is not None:
            await until_no_transaction(room)
            return Now(self._checked(self._live(room)), True)
        async with self._alone_with(document_id):
            _, content = await self._file(path)
        return Now(self._checked(content), False)

    async def change(
        self, document_id: str, path: str, make: Make, allow: Allow, *, origin: str
    ) -> Done:
        """Change the document by what ``make`` says to its present content.

        Nothing is changed that ``make`` did not see; if somebody was faster it is asked again.
        Raises ``Refusal``, and whatever ``make`` and ``allow`` raise.
        """
        for _ in range(TRIES):
            room = await self._room(document_id)
            if room is not None:
                done = await self._change_live(room, make, allow, origin)
            else:
                done = await self._change_file(document_id, path, make, allow)
            if done is not None:
                return done
        raise Refusal(ErrorCode.BUSY, "Others changed the document each time. Try again.")

    # --- live -----------------------------------------------------------------------------

    async def _room(self, document_id: str) -> "DocumentRoom | None":
        """The document's room, loaded, if there is one."""
        rooms = self._collaboration.document_rooms(document_id)
        if not rooms:
            return None
        room = rooms[0]
        try:
            async with asyncio.timeout(READY):
                await until_loaded(room)
        except TimeoutError:
            raise Refusal(ErrorCode.BUSY, "The document is still loading. Try again.") from None
        if not is_mergeable(model_of(room)):
            raise Refusal(ErrorCode.INVALID, "This kind of document cannot be edited here.")
        return room

    def _live(self, room: "DocumentRoom") -> Content:
        try:
            return bare_content(model_of(room))
        except NotAMergeableNotebook as problem:
            raise Refusal(ErrorCode.INVALID, str(problem)) from problem

    async def _change_live(
        self, room: "DocumentRoom", make: Make, allow: Allow, origin: str
    ) -> Done | None:
        """None if the document changed meanwhile."""
        await until_no_transaction(room)
        content = self._checked(self._live(room))
        if size_of(content) <= AT_ONCE:
            merged = make(content)
        else:
            changed = False

            def note(_event: Any) -> None:
                nonlocal changed
                changed = True

            watching = room.ydoc.observe(note)
            try:
                merged = await asyncio.to_thread(make, content)
            finally:
                room.ydoc.unobserve(watching)
            if changed or transaction_is_open(room):
                return None
        if room not in self._collaboration.rooms.values():
            return None  # it was closed while we were busy
        allow(merged)
        self._before(room, origin)
        apply(model_of(room), merged.steps, origin=origin)
        return Done(merged, self._live(room))

    @asynccontextmanager
    async def _alone_with(self, document_id: str) -> AsyncIterator[None]:
        """Nobody opens the document, and no other edit is at its file: files are written in
        place, and whoever read one meanwhile would find it empty."""
        async with AsyncExitStack() as locks:
            ours = self._at_files.setdefault(document_id, asyncio.Lock())
            for lock in (ours, *self._collaboration.locks_of(document_id)):
                await locks.enter_async_context(lock)
            yield

    # --- the file -------------------------------------------------------------------------

    async def _change_file(
        self, document_id: str, path: str, make: Make, allow: Allow
    ) -> Done | None:
        """None if the file changed meanwhile, or somebody opened the document."""
        if self._collaboration.is_out_of_reach:
            raise Refusal(
                ErrorCode.CONFLICT,
                "Documents are shared here in a way that this extension cannot change: people may "
                "have the file open. Nothing was written.",
            )
        async with self._alone_with(document_id):
            if self._collaboration.document_rooms(document_id):
                return None
            model, content = await self._file(path)
            self._checked(content)
            merged = await asyncio.to_thread(make, content)
            allow(merged)
            if not merged.steps:
                return Done(merged, content)
            if await self._stamp(path) != _stamp_of(model):
                return None
            allow(merged)
            changed = _changed(model, merged.steps)
            after = changed["content"]
            await self._save(path, changed)
            return Done(merged, after if isinstance(after, str) else bare(after))

    async def _file(self, path: str) -> tuple[dict[str, Any], Content]:
        """The file as the contents manager has it, and what it says."""
        kind = (await self._asked(path, self._contents.get(path, content=False)))["type"]
        if kind == "directory":
            raise Refusal(ErrorCode.INVALID, f"'{path}' is a folder. Name a file.")
        form = {"format": "text"} if kind == "file" else {}
        model = await self._asked(
            path,
            self._contents.get(path, content=True, type=kind, require_hash=True, **form),
        )
        if kind == "file":
            return model, model["content"]
        try:
            return model, bare(model["content"])
        except NotAMergeableNotebook as problem:
            raise Refusal(ErrorCode.INVALID, str(problem)) from problem

    async def _stamp(self, path: str) -> Any:
        got = self._contents.get(path, content=False, require_hash=True)
        return _stamp_of(await self._asked(path, got))

    async def _save(self, path: str, model: dict[str, Any]) -> None:
        await self._asked(path, self._contents.save(model, path))

    async def _asked(self, path: str, answer: Awaitable[Any] | Any) -> dict[str, Any]:
        try:
            model: dict[str, Any] = await ensure_async(answer)
        except HTTPError as problem:
            raise _refusal(path, problem) from problem
        return model

    def _checked(self, content: Content) -> Content:
        if size_of(content) > self._max_size:
            raise Refusal(
                ErrorCode.TOO_LARGE,
                f"Documents of more than {self._max_size:,} characters are not edited here.",
            )
        return content


def _stamp_of(model: dict[str, Any]) -> Any:
    return model.get("hash") or model["last_modified"]


def _changed(model: dict[str, Any], steps: Steps) -> dict[str, Any]:
    """What is saved: the file's content after steps."""
    edits = [step for step in steps if isinstance(step, Edit)]
    if edits:
        content: Any = apply_edits(model["content"], edits)
    else:
        operations = [step for step in steps if isinstance(step, Operation)]
        content = apply_operations(model["content"], operations)
    return {"type": model["type"], "format": model["format"], "content": content}


def _refusal(path: str, problem: HTTPError) -> Refusal:
    if problem.status_code == 404:
        return Refusal(ErrorCode.NOT_FOUND, f"There is no file '{path}'.")
    if problem.status_code == 403:
        return Refusal(ErrorCode.FORBIDDEN, f"'{path}' cannot be written.")
    return Refusal(
        ErrorCode.INVALID, f"'{path}' is not a text or a notebook that can be read: it is binary?"
    )
