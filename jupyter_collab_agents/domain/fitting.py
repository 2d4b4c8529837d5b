"""How the hunks of a proposal fit what the document says now."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from ..protocol.proposals import HunkFit, HunkKind
from .contents import Content
from .merge import Conflict, merge_notebooks, merge_texts
from .merge.difference import Hunk, difference
from .merge.shape import has_ids
from .merge.tokens import split_lines
from .proposals import Part, with_parts

MOST_LOOKS = 50
"""Hunks of one proposal that are merged to see how they fit: in a long text each costs a tenth of
a second. Those that nobody has touched need no merge."""


class Fitting(Struct, frozen=True):
    """What the document says now, and the hunks that were accepted of what is proposed for it."""

    base: Content
    proposed: Content
    accepted: Sequence[Part]
    now: Content

    def fits(self, parts: Iterable[Part], most: int = MOST_LOOKS) -> dict[str, HunkFit]:
        """By hunk; where others changed more places than can be looked at, some are left out."""
        changed: dict[str | None, list[Hunk] | None] = {}
        found: dict[str, HunkFit] = {}
        for part in parts:
            if part.kind is HunkKind.TEXT:
                if part.cell_id not in changed:
                    changed[part.cell_id] = self._changed(part.cell_id)
                if _untouched(part, changed[part.cell_id]):
                    found[part.hunk_id] = HunkFit.FITS
                    continue
            if most > 0:
                most -= 1
                found[part.hunk_id] = self.fit(part)
        return found

    def fit(self, part: Part) -> HunkFit:
        """How one more hunk fits."""
        before = with_parts(self.base, self.proposed, self.accepted)
        after = with_parts(self.base, self.proposed, [*self.accepted, part])
        changes, conflicts = self._merge(part, before, after)
        if conflicts:
            return HunkFit.STALE
        return HunkFit.FITS if changes else HunkFit.THERE

    def _changed(self, cell_id: str | None) -> list[Hunk] | None:
        """Which lines of the base are others now; null where there is no such text."""
        was, now = _text_in(self.base, cell_id), _text_in(self.now, cell_id)
        if was is None or now is None:
            return None
        return difference(split_lines(was), split_lines(now))

    def _merge(
        self, part: Part, before: Content, after: Content
    ) -> tuple[Sequence[Any], Sequence[Conflict]]:
        """What a hunk changes, and what it leaves to decide."""
        if part.kind is HunkKind.TEXT:  # needs no look at other cells
            of = part.cell_id
            was, now, new = (_text_in(content, of) for content in (before, self.now, after))
            if now is not None and now in (new, _text_in(self.proposed, of)):
                return [], []
            if was is not None and now is not None and new is not None:
                text = merge_texts(was, now, new)
                return text.edits, text.conflicts
        assert isinstance(before, dict)
        assert isinstance(self.now, dict)
        assert isinstance(after, dict)
        notebook = merge_notebooks(before, self.now, after)
        return notebook.operations, notebook.conflicts


def _text_in(content: Content, cell_id: str | None) -> str | None:
    """A file's text or a cell's; null where the cell is not there, or ids do not last."""
    if isinstance(content, str):
        return content
    if not has_ids(content):
        return None
    return next((cell["source"] for cell in content["cells"] if cell["id"] == cell_id), None)


def _untouched(part: Part, changed: list[Hunk] | None) -> bool:
    """Did nobody change a line of it, or beside it?"""
    if changed is None:
        return False
    first, last = part.line - 1, part.line + part.lines + 1
    return all(hunk.end < first or hunk.start > last for hunk in changed)
