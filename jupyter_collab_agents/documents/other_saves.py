"""Saves of whole contents by others into a document that is open: REST, other extensions.

Whoever saves so has read the file some time ago. What they made of it is merged into the live
document, from the version that they had read: the one that their request names (``hash`` or
``last_modified``, as the contents API had answered them), else the one that their content comes
from by the look of it. A request that names a version that nobody remembers is refused and kept
as a question.

It is a hook that Jupyter's contents managers call before each save, so it holds for everybody who
saves through them.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import nbformat
from msgspec import Struct
from nbformat.v4.rwbase import rejoin_lines
from tornado.web import HTTPError

from ..domain.contents import Content
from ..domain.merge.conflicts import Conflict
from ..domain.merge.shape import NotAMergeableNotebook
from .checked_writing import is_ours
from .collaboration import transaction_is_open
from .disk_content import merge_from_disk, same_content
from .disk_guard import DiskGuard
from .disk_records import Cause, Undecided
from .guarded_room import GuardedRoom
from .live_content import apply
from .origin import DISK
from .protection import Protected
from .touching import touches

log = logging.getLogger(__name__)


class Saver(Struct, frozen=True):
    """Who asks for a save, as far as anybody knows."""

    participant_id: str = DISK
    name: str = "Another program"


class OtherSaves:
    """See the module. ``locked``: what locks keep a participant from changing in a document;
    ``document_id`` of a path; ``who`` is asked while the hook runs."""

    def __init__(
        self,
        guard: DiskGuard,
        locked: Callable[[str, str], Protected],
        *,
        document_id: Callable[[str], str | None],
        who: Callable[[], Saver],
    ) -> None:
        self._guard = guard
        self._locked = locked
        self._document_id = document_id
        self._who = who

    def start(self, contents_manager: Any) -> None:
        """From now on be asked before each save."""
        contents_manager.register_pre_save_hook(self.before_save)

    def before_save(self, *, model: dict[str, Any], path: str, **_: Any) -> None:
        """Change ``model`` to what is to be saved. Raises ``HTTPError`` 409 or 423."""
        room = None if is_ours() or not self._guard.any_open else self._room(path)
        if room is None or not room.is_open or "content" not in model:
            return
        try:
            theirs = _content_of(model, room.kind)
            if same_content(room.content, theirs):
                return
            self._merge(room, theirs, self._version(room, model))
        except (NotAMergeableNotebook, TypeError, ValueError) as problem:
            raise HTTPError(
                409, f"'{path}' is open, and this cannot be merged into it: {problem}"
            ) from problem
        notebook = room.kind == "notebook"
        model["type"] = room.kind
        model["format"] = "json" if notebook else "text"
        model["content"] = room.file.as_written(room.content)

    def _room(self, path: str) -> GuardedRoom | None:
        document_id = self._document_id(path.strip("/"))
        return None if document_id is None else self._guard.room(document_id)

    def _version(self, room: GuardedRoom, model: dict[str, Any]) -> Content | None:
        """What they had read; null if they say it and nobody remembers."""
        digest, modified = model.get("hash"), _time(model.get("last_modified"))
        if digest is None and modified is None:
            return room.versions.origin_of(_content_of(model, room.kind))
        return room.versions.named(digest, modified)

    def _merge(self, room: GuardedRoom, theirs: Content, base: Content | None) -> None:
        saver, ours = self._who(), room.content
        if base is None:
            self._ask(room, saver, Cause.STALE, theirs, [])
            raise HTTPError(
                409,
                f"'{room.path}' is open and has changed since you read it. "
                "Your version is kept as a conflict. Read the file again.",
            )
        if transaction_is_open(room.room):
            raise HTTPError(409, f"'{room.path}' is being loaded. Try again.")
        merged = merge_from_disk(base, ours, theirs)
        # Jupyter asked its Authorizer before it let them save
        protected = self._locked(room.document_id, saver.participant_id)
        if touches(merged.steps, protected):
            raise HTTPError(423, f"Somebody has locked what this would change in '{room.path}'.")
        room.keep(ours)
        apply(room.model, merged.steps, origin=saver.participant_id)
        if merged.conflicts:
            self._ask(room, saver, Cause.DISK, theirs, merged.conflicts)

    @staticmethod
    def _ask(
        room: GuardedRoom, saver: Saver, cause: Cause, there: Content, conflicts: list[Conflict]
    ) -> None:
        room.ask(
            Undecided(
                document_id=room.document_id,
                path=room.path,
                cause=cause,
                here=room.content,
                there=there,
                conflicts=conflicts,
                by=saver.participant_id,
                by_name=saver.name,
            )
        )


def _content_of(model: dict[str, Any], kind: str) -> Content:
    """What is to be saved, in the form that the document has. Raises ``ValueError``."""
    if model.get("chunk") is not None:
        raise ValueError("it comes in pieces")
    content = model["content"]
    if model.get("format") == "base64":
        raise ValueError("it is binary")
    if kind == "file":
        if not isinstance(content, str):
            raise ValueError("it is no text")
        return content.replace("\r\n", "\n")
    if isinstance(content, str):
        return dict(nbformat.reads(content, as_version=4))
    return dict(rejoin_lines(nbformat.from_dict(content)))


def _time(said: Any) -> datetime | None:
    if isinstance(said, datetime):
        return said
    try:
        return datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
