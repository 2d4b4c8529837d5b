"""Rules about what a file on the disk means for a document that people have open."""

from collections.abc import Sequence
from enum import Enum

from .merge.difference import difference


class Reopened(Enum):
    """A document opens: the stored updates end in one content, the file says another."""

    FILE = "file"
    """Nothing was left unsaved: the file is newer."""
    UPDATES = "updates"
    """The file is as it was last saved, or as far as a save came: the updates have more."""
    BOTH = "both"
    """Both have changed since."""
    UNKNOWN = "unknown"
    """Nobody noted what was last saved."""


def reopened(
    saved: str | None, updates: str, file: str, *, behind: bool = False, begins: bool = False
) -> Reopened:
    """Which is newer, from the fingerprints of what was last saved and of the two.

    ``behind``: the updates do not reach as far as what was last saved. ``begins``: the file's
    text is how that of the updates begins, so a save may have been cut off.
    """
    if saved is None:
        return Reopened.UNKNOWN
    if updates == saved or (behind and (file == saved or not begins)):
        return Reopened.FILE
    return Reopened.UPDATES if file == saved or begins else Reopened.BOTH


def cut_short(before: str, after: str, share: float) -> bool:
    """Whether a text lost its end: a program that failed to write, rather than somebody's edit.

    So it is if everything is gone, or more than a ``share``, or if it ends inside of a line.
    """
    if len(after) >= len(before) or not before.startswith(after):
        return False
    inside = bool(after) and not after.endswith("\n") and before[len(after)] != "\n"
    return inside or not after.strip() or shrinks(len(before), len(after), share)


def came_from(versions: Sequence[Sequence[str]], lines: Sequence[str]) -> int:
    """Which version somebody had read who writes ``lines`` now; index, the last one is newest.

    Whoever reads a file, takes a while and writes it back knows nothing of what was saved in
    between; so it is the version that differs least. What equals an older one was put back on
    purpose, and so comes from the newest. An older version than the true one is harmless: what
    both sides have more than it is the same on both sides.
    """
    newest = len(versions) - 1
    if any(version == lines for version in versions):
        return newest
    changes = [_changed(version, lines) for version in versions]
    return max(range(len(versions)), key=lambda at: (-changes[at], at))


def thinned(count: int, most: int, recent: int) -> list[int]:
    """Which of ``count`` versions stay when there are more than ``most``: indices.

    The first and the ``recent`` ones, and every second in between; older ones get rarer.
    """
    if count <= most:
        return list(range(count))
    return [at for at in range(count) if at == 0 or at >= count - recent or at % 2 == 0]


def _changed(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(hunk.end - hunk.start + hunk.to - hunk.at for hunk in difference(old, new))


def shrinks(before: int, after: int, share: float) -> bool:
    """Whether more than a share of a size is gone, or all of it."""
    return before > 0 and (after == 0 or before - after > share * before)


def side_file(path: str, stamp: str, number: int = 1) -> str:
    """Where the version of a conflict that is not in the document is kept, beside it."""
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem:  # no ending, or a name that begins with its only dot
        stem, dot, ending = name, "", ""
    again = "" if number == 1 else f"-{number}"
    return f"{folder}{slash}{stem}.conflict-{stamp}{again}{dot}{ending}"
