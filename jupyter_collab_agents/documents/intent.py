"""What somebody wants of a document, and which content that would be."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from ..domain.contents import Content, bare, encoded
from ..domain.edits import wanted
from ..domain.errors import Refusal
from ..domain.merge import NotAMergeableNotebook
from ..domain.shareable import check_shareable
from ..hub.doors import mint
from ..protocol.edits import AnyCellStep
from ..protocol.errors import ErrorCode


class Actor(Struct, frozen=True):
    """Who edits: as participant, with the origin that the change carries (``origin.py``)."""

    participant_id: str
    name: str
    origin: str
    may_write: bool


class Wanted(Struct, frozen=True):
    """An edit: the whole new content, or steps on the cells of the version it was made for.

    ``wait``: seconds to wait for somebody's lock. ``ref`` makes a resend harmless.
    """

    base_version: str
    content: Any = None
    cells: Sequence[AnyCellStep] | None = None
    wait: float = 0
    ref: str | None = None


class Intent(Struct, frozen=True):
    """``incoming`` is what the document would say if it still said ``base``."""

    actor: Actor
    document_id: str
    path: str
    base: Content
    incoming: Content

    def meets_changes_of_others(self, ours: Content) -> bool:
        """Whether the document says something else by now."""
        return self.base not in (ours, self.incoming)


def require_writer(actor: Actor) -> None:
    """Raise ``Refusal`` FORBIDDEN for an account that may only read."""
    if not actor.may_write:
        raise Refusal(ErrorCode.FORBIDDEN, "Your account may not change files on this server.")


def incoming_of(base: Content, edit: Wanted, actor: Actor) -> Content:
    """What the edit makes of its base. Raises ``Refusal`` INVALID."""
    if (edit.content is None) == (edit.cells is None):
        raise Refusal(ErrorCode.INVALID, "Send the new content, or steps on cells.")
    try:
        if edit.cells is not None:
            incoming = wanted(base, edit.cells, _minting(edit, actor))
        else:
            incoming = _like(base, edit.content)
        check_shareable(incoming)
        encoded(incoming).decode()  # what UTF-8 cannot say, a document cannot either
    except NotAMergeableNotebook as problem:
        raise Refusal(ErrorCode.INVALID, str(problem)) from problem
    except UnicodeDecodeError:
        raise Refusal(ErrorCode.INVALID, "The edit has broken characters.") from None
    except RecursionError:
        raise Refusal(ErrorCode.INVALID, "The edit is nested too deeply.") from None
    return incoming


def _like(base: Content, content: Any) -> Content:
    if isinstance(base, str):
        if isinstance(content, str):
            return content
        raise Refusal(ErrorCode.INVALID, "This document is a text. Send a text.")
    if isinstance(content, dict):
        return {**bare(content, named=False), "nbformat_minor": base["nbformat_minor"]}
    raise Refusal(ErrorCode.INVALID, "This document is a notebook. Send nbformat JSON, or steps.")


def _minting(edit: Wanted, actor: Actor) -> Callable[[int], str]:
    """Ids of new cells: a resend makes the same ones."""
    seed = edit.ref or mint("")

    def made(number: int) -> str:
        said = repr((actor.participant_id, seed, number)).encode(errors="replace")
        return hashlib.blake2b(said, digest_size=8).hexdigest()

    return made
