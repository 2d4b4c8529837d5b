"""Each update is tried on a copy of the document before the room's own document sees it.

The copy tells which places an update touches (the library says so only when a transaction is
over), takes the repair where something protected was touched, and takes the blow where an update
breaks what it is applied to. It follows the room, whoever writes there.
"""

import logging
from typing import Any

from msgspec import Struct
from pycrdt import Array, Doc, Map, Text, TransactionEvent

from ..protection import Protected, PutBack
from .fields import put_back_mapping
from .file import repair_file
from .late import LateWords
from .notebook import Cells, repair_notebook
from .reader import MAX_DEPTH
from .touched import Touched

log = logging.getLogger(__name__)

ROOTS: dict[str, Any] = {"cells": Array, "meta": Map, "state": Map, "source": Text}
"""What the documents of Jupyter are made of: notebooks, and files of text."""


class Unfit(Exception):
    """An update that cannot be applied to this document; ``cause`` as the library says it."""

    def __init__(self, cause: BaseException | None = None) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class TooDeep(Exception):
    """Lists and mappings are nested as in no document."""


class Tried(Struct, frozen=True):
    """What the room should apply in one transaction, and what of it undoes the rest."""

    updates: list[bytes]
    put_back: list[PutBack]


class Rehearsal:
    """The copy of one room's document."""

    def __init__(self, document: Doc[Any], kind: str) -> None:
        self._document = document
        self._kind = kind
        self._is_mine = False
        self._late = LateWords()
        self._make_copy()
        self._following = document.observe(self._follow)

    def try_out(self, update: bytes, protected: Protected) -> Tried:
        """Apply ``update`` to the copy and repair what is protected. Raises ``Unfit``."""
        self._touched.clear()
        try:
            with self._copy.transaction():
                self._copy.apply_update(update)
            self._updates.clear()
            with self._copy.transaction():
                put_back = self._repair(protected)
                self._late.hear(update, self._roots["cells"], protected.lets)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as problem:  # noqa: BLE001 - the library's panics are no Exceptions
            self._make_copy()
            raise Unfit(problem) from None
        deleted = {
            one.cell_id
            for one in put_back
            if one.cell_id is not None and one.what in ("deleted", "moved")
        }
        if deleted:
            self._late.remember(self._document, deleted)
        return Tried([update, *self._updates], put_back)

    def apply(self, tried: Tried, origin: str) -> None:
        """Let the room have what was tried, as one transaction of ``origin``."""
        self._is_mine = True
        try:
            with self._document.transaction(origin=origin):
                for update in tried.updates:
                    self._document.apply_update(update)
        except ExceptionGroup as problem:
            # an observer of the document failed; the document itself has the update
            log.error("an observer of a document failed: %s", problem.exceptions)
        except BaseException:
            self._make_copy()
            raise
        finally:
            self._is_mine = False

    def close(self) -> None:
        """Follow the room no longer."""
        self._document.unobserve(self._following)

    # --- inside ---------------------------------------------------------------------------

    def _make_copy(self) -> None:
        copy: Doc[Any] = Doc()
        self._touched = Touched()
        self._updates: list[bytes] = []
        self._roots = {name: copy.get(name, type=kind) for name, kind in ROOTS.items()}
        copy.apply_update(self._document.get_update())
        for name, root in self._roots.items():
            root.observe_deep(self._touched.listener(name))
        copy.observe(self._changed)
        self._copy = copy

    def _changed(self, event: TransactionEvent) -> None:
        self._updates.append(event.update)

    def _follow(self, event: TransactionEvent) -> None:
        if not self._is_mine:
            self._copy.apply_update(event.update)
            self._updates.clear()

    def _repair(self, protected: Protected) -> list[PutBack]:
        if self._touched.depth > MAX_DEPTH:
            raise TooDeep
        if protected.outputs and "state" in self._touched.roots:
            # "dirty" marks that browsers set by themselves: not a word about it
            put_back_mapping(self._document.get("state", type=Map), self._roots["state"])
        if self._kind == "notebook":
            before = self._document.get("cells", type=Array)
            return repair_notebook(
                Cells(before, self._document.get("meta", type=Map)),
                Cells(self._roots["cells"], self._roots["meta"]),
                self._touched,
                protected,
            )
        return repair_file(
            self._document.get("source", type=Text), self._roots["source"], protected
        )
