"""A live document's file, seen through Jupyter's contents manager.

Stands where the provider's file loader has its contents manager, and answers it so that

- a version of the file is known by its bytes. The loader compares times: what it gets instead is
  a time that moves on with every new version, so an older or equal one is a change as well;
- a version that the live document has not taken in yet counts as a change until it has;
- the file is only written over the version that the live document has taken in.
"""

import asyncio
import base64
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from jupyter_server.utils import ensure_async
from msgspec import Struct
from tornado.web import HTTPError

from ..domain.contents import Content
from ..domain.line_ends import with_line_ends_of
from .checked_writing import Overtaken, Writing, writing

Model = dict[str, Any]

SETTLE_STEPS, SETTLE_STEP = 10, 0.05
"""How often, and after how many seconds, a file that is being written is read again."""
QUIET = 0.2
"""Seconds after the last write from which on a file counts as written to its end."""
RACY = 2.0
"""Seconds in which two writes may leave the same times on a coarse file system."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Version(Struct, frozen=True):
    """The file as it was at one time. ``modified``: what the contents manager said of it.

    ``size`` in bytes.
    """

    number: int
    digest: str
    modified: datetime | None
    size: int
    content: Content


class Owner(Protocol):
    """The live document that the file belongs to."""

    async def read(self, version: Version) -> None:
        """This is what its room gets to load."""

    async def unreadable(self, digest: str, data: bytes) -> None:
        """The file cannot be read as what it was, and does not change any more."""

    async def before_save(self, content: Content) -> None:
        """This is about to be written."""

    async def saved(self, version: Version) -> None:
        """This was written."""

    @property
    def is_open(self) -> bool:
        """Whether the document is loaded."""


class DiskFile:
    """See the module. ``taken_in``: the version that the live document has, or came from.

    ``kind``: as what the document has it, ``notebook`` or ``file``; whoever has it open as
    something else (around the gate) is served as if we were not there.
    """

    def __init__(
        self, contents: Any, owner: Owner, *, kind: str, changed: Callable[[], Exception]
    ) -> None:
        self.contents = contents
        self._kind = kind
        self._owner = owner
        self._changed = changed
        self._numbers = 0
        self._shown: tuple[str, datetime] | None = None
        self._stamp: tuple[object, ...] | None = None
        self._digest = ""
        self._raw = ""
        self.taken_in: Version | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.contents, name)

    # --- what the loader asks -----------------------------------------------------------------

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> Model:
        """As ``ContentsManager.get``, with a time that stands for the version."""
        if type not in {None, self._kind}:
            return await self._ask(
                path, content=content, type=type, format=format, require_hash=require_hash
            )
        if content:
            return await self._load(path, type, format)
        try:
            model, digest = await self._look(path)
        except HTTPError as problem:
            if problem.status_code != 404 or type is None or not self._owner.is_open:
                raise
            # deleted outside, and about to be saved: it comes back, with what people have
            return {"writable": True, "last_modified": self._shown[1] if self._shown else None}
        waits = self.taken_in is not None and digest != self.taken_in.digest
        time_of = self._next_time(digest) if waits else self._time_of(digest)
        return {**model, "hash": digest, "last_modified": time_of}

    async def save(self, model: Model, path: str) -> Model:
        """As ``ContentsManager.save``. Raises what tells a room that the file has changed."""
        if model["type"] != self._kind:
            plain: Model = await ensure_async(self.contents.save(model, path))
            return plain
        content: Content = model["content"]
        await self._owner.before_save(content)
        expected = await self._digest_now(path)
        if expected is not None and (self.taken_in is None or expected != self.taken_in.digest):
            raise self._changed()
        save = Writing(expected)
        model = {**model, "content": self.as_written(content)}
        with writing(save):
            try:
                saved: Model = await ensure_async(self.contents.save(model, path))
            except Overtaken:
                raise self._changed() from None
        if isinstance(content, str):
            self._raw = model["content"]
        digest = save.written or (await self._look(path))[1]
        self.taken_in = self._version(digest, saved, content)
        await self._owner.saved(self.taken_in)
        return {**saved, "last_modified": self._time_of(digest)}

    def as_written(self, content: Content) -> Content:
        """A content of the document, with the line ends that the file has."""
        return with_line_ends_of(self._raw, content) if isinstance(content, str) else content

    # --- reading --------------------------------------------------------------------------------

    async def _load(self, path: str, type: str | None, format: str | None) -> Model:
        try:
            model, digest = await self._settled(path, type, format)
        except HTTPError as problem:
            if problem.status_code == 400 and self._owner.is_open:
                await self._give_up(path)
            raise
        content = model["content"]
        if isinstance(content, str):
            self._raw = content
            if self._kind == "file":  # the loader does the same with what it gets
                content = content.replace("\r\n", "\n")
        version = self._version(digest, model, content)
        await self._owner.read(version)
        return {**model, "last_modified": self._time_of(digest)}

    async def _settled(self, path: str, type: str | None, format: str | None) -> tuple[Model, str]:
        """The file's content once nobody is in the middle of writing it."""
        for step in range(SETTLE_STEPS + 1):
            last = step == SETTLE_STEPS
            try:
                model: Model = await self._ask(
                    path, content=True, type=type, format=format, require_hash=True
                )
            except HTTPError as problem:
                if problem.status_code != 400 or last or not self._owner.is_open:
                    raise
            else:
                if last or not self._owner.is_open or not self._is_fresh(path):
                    return model, _digest_of(model)
            await asyncio.sleep(SETTLE_STEP)
        raise AssertionError("the last step returns or raises")

    async def _give_up(self, path: str) -> None:
        raw = await self._ask(path, content=True, type="file", format="base64", require_hash=True)
        digest = _digest_of(raw)
        await self._owner.unreadable(digest, base64.b64decode(raw["content"]))
        if self.taken_in is not None:
            self.taken_in = self._version(digest, raw, self.taken_in.content)

    async def _digest_now(self, path: str) -> str | None:
        try:
            return (await self._look(path))[1]
        except HTTPError as problem:
            if problem.status_code == 404:
                return None
            raise

    async def _look(self, path: str) -> tuple[Model, str]:
        """What is said of the file, and the digest of its bytes."""
        stamp = self._stamp_of(path)
        if stamp is not None and stamp == self._stamp:
            return await self._ask(path, content=False), self._digest
        asked = time.time()
        model = await self._ask(path, content=False, require_hash=True)
        self._digest = _digest_of(model)
        settled = stamp is not None and _last_change(stamp) < asked - RACY
        self._stamp = stamp if settled else None
        return model, self._digest

    async def _ask(self, path: str, **what: Any) -> Model:
        try:
            model: Model = await ensure_async(self.contents.get(path, **what))
        except TypeError:  # a contents manager from before hashes
            what.pop("require_hash", None)
            model = await ensure_async(self.contents.get(path, **what))
        return model

    # --- versions -------------------------------------------------------------------------------

    def _version(self, digest: str, model: Model, content: Content) -> Version:
        self._numbers += 1
        at = model.get("last_modified")
        modified = at if isinstance(at, datetime) else None
        return Version(self._numbers, digest, modified, model.get("size") or 0, content)

    def _time_of(self, digest: str) -> datetime:
        if self._shown is not None and self._shown[0] == digest:
            return self._shown[1]
        return self._next_time(digest)

    def _next_time(self, digest: str) -> datetime:
        before = _EPOCH if self._shown is None else self._shown[1]
        self._shown = (digest, before + timedelta(microseconds=1))
        return self._shown[1]

    def _stamp_of(self, path: str) -> tuple[object, ...] | None:
        """What changes with every write, where the file is on a disk of ours."""
        find = getattr(self.contents, "_get_os_path", None)
        if find is None:
            return None
        try:
            found = os.stat(find(path))
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino

    def _is_fresh(self, path: str) -> bool:
        stamp = self._stamp_of(path)
        return stamp is not None and _last_change(stamp) > time.time() - QUIET


def _last_change(stamp: tuple[object, ...]) -> float:
    changed = stamp[1]
    assert isinstance(changed, int)
    return changed / 1e9


def _digest_of(model: Model) -> str:
    """Of the bytes; where the contents manager does not tell, what comes closest."""
    return model.get("hash") or f"{model['last_modified']} {model.get('size')}"
