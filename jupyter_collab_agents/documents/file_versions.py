"""The versions of one file that were on the disk while somebody has it open."""

from datetime import datetime

from ..domain.contents import Content
from ..domain.disk_changes import came_from, thinned
from ..domain.merge.tokens import split_lines
from .disk_file import Version

MOST, RECENT = 16, 6
"""How many are remembered, and how many of them are the latest."""
MOST_BYTES = 50_000_000
"""How much they may take; the latest is remembered in any case."""


class FileVersions:
    """Each was loaded or saved, and is what somebody may have read. There is always one."""

    def __init__(self) -> None:
        self._known: list[Version] = []

    @property
    def characters(self) -> int:
        """How much there is to look through."""
        return sum(size_of(version.content) for version in self._known)

    def add(self, version: Version) -> None:
        """What is on the disk now."""
        if self._known and self._known[-1].content == version.content:
            self._known[-1] = version
            return
        self._known.append(version)
        self._known = [self._known[at] for at in thinned(len(self._known), MOST, RECENT)]
        while len(self._known) > 1 and sum(v.size for v in self._known) > MOST_BYTES:
            del self._known[0]

    def origin_of(self, content: Content) -> Content:
        """What somebody had read who writes this now, by the look of it."""
        lines = [_lines_of(version.content) for version in self._known]
        return self._known[came_from(lines, _lines_of(content))].content

    def named(self, digest: str | None, modified: datetime | None) -> Content | None:
        """The version with this hash, or if none is said this time; null if nobody remembers."""
        for version in reversed(self._known):
            same = version.modified == modified if digest is None else version.digest == digest
            if same:
                return version.content
        return None


def size_of(content: Content) -> int:
    """Characters of a text, or of all sources of a notebook."""
    if isinstance(content, str):
        return len(content)
    return sum(len(cell.get("source", "")) for cell in content.get("cells", []))


def _lines_of(content: Content) -> list[str]:
    if isinstance(content, str):
        return split_lines(content)
    lines: list[str] = []
    for cell in content.get("cells", []):
        lines += [str(cell.get("id")), *split_lines("".join(cell.get("source", "")))]
    return lines
