"""What the disk guard keeps, and that a store which does not answer keeps nobody from saving."""

from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_collab_agents.documents.disk_keeping import DiskKeeping
from jupyter_collab_agents.documents.disk_records import Cause, Mark, Undecided
from jupyter_collab_agents.documents.snapshots import Retention, Snapshots
from jupyter_collab_agents.domain.merge.conflicts import Conflict, ConflictKind
from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.storage.store import StoreUnavailable

NOW = 1_764_133_200_000
STAMP = "20251126-050000"


class Asked:
    """The questions that people would get."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.all: list[dict[str, Any]] = []
        self._problem = problem

    async def __call__(
        self, document_id: str, path: str, conflicts: list[Conflict], **more: Any
    ) -> None:
        if self._problem is not None:
            raise self._problem
        self.all.append({"document": document_id, "conflicts": conflicts, **more})


class Gone(MemoryStore):
    """A store that does not answer."""

    async def append_document(self, entry: Any) -> Any:
        raise StoreUnavailable("gone")

    async def item(self, kind: str, item_id: str) -> Any:
        raise StoreUnavailable("gone")


def keeping(root: Path, store: MemoryStore, asked: Asked | None = None) -> DiskKeeping:
    snapshots = Snapshots(store, lambda: NOW, Retention(0, 100, 10**9))
    contents = AsyncLargeFileManager(root_dir=str(root))
    return DiskKeeping(store, snapshots, contents, lambda: NOW, asked or Asked())


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_file())


async def test_what_was_last_saved_is_remembered(tmp_path: Path) -> None:
    kept = keeping(tmp_path, MemoryStore())
    assert await kept.last_saved("d") is None
    for number in range(3):
        await kept.note_saved("d", "a.py", Mark(content=str(number), state=b"\1"))
    assert await kept.last_saved("d") == Mark(content="2", state=b"\1")


async def test_the_other_side_is_put_beside_the_file_each_time(tmp_path: Path) -> None:
    """DI2."""
    asked = Asked()
    kept = keeping(tmp_path, MemoryStore(), asked)
    conflict = Conflict(kind=ConflictKind.SOURCE, base="", ours="a", theirs="b")
    for there in ("one\n", "two\n"):
        await kept.undecided(Undecided("d", "a.py", Cause.DISK, "here\n", there, [conflict]))
    assert names(tmp_path) == [f"a.conflict-{STAMP}-2.py", f"a.conflict-{STAMP}.py"]
    assert (tmp_path / f"a.conflict-{STAMP}-2.py").read_text() == "two\n"
    assert [
        (q["conflicts"], q["content"], q["incoming"], q["by"].participant_id) for q in asked.all
    ] == [
        ([conflict], "here\n", "one\n", "disk"),
        ([conflict], "here\n", "two\n", "disk"),
    ]


async def test_bytes_that_cannot_be_read_are_put_there_as_they_are(tmp_path: Path) -> None:
    asked = Asked()
    kept = keeping(tmp_path, MemoryStore(), asked)
    await kept.undecided(Undecided("d", "a.ipynb", Cause.UNREADABLE, {}, b'\xff{"cells'))
    assert (tmp_path / f"a.conflict-{STAMP}.ipynb").read_bytes() == b'\xff{"cells'
    assert asked.all == [], "nothing that could be decided"


@pytest.mark.parametrize("cause", [Cause.RECOVERED, Cause.CUT_SHORT])
async def test_nothing_is_put_there_where_nothing_would_be_in_it(
    tmp_path: Path, cause: Cause
) -> None:
    asked = Asked()
    kept = keeping(tmp_path, MemoryStore(), asked)
    there = "one\n" if cause is Cause.RECOVERED else ""
    await kept.undecided(Undecided("d", "a.py", cause, "one\nmore\n", there))
    assert names(tmp_path) == []
    (question,) = asked.all
    assert [(c.ours, c.theirs) for c in question["conflicts"]] == [
        ("more\n" if there else "one\nmore\n", "")
    ]


async def test_without_a_store_files_are_saved_all_the_same(tmp_path: Path) -> None:
    kept = keeping(tmp_path, Gone(), Asked(StoreUnavailable("gone")))
    await kept.overwritten("d", "a.py", "one\n")
    await kept.shrinking("d", "a.py", "one\n")
    await kept.note_saved("d", "a.py", Mark(content="1", state=b""))
    assert await kept.last_saved("d") is None
    await kept.undecided(Undecided("d", "a.py", Cause.DISK, "here\n", "there\n"))
    assert names(tmp_path) == [f"a.conflict-{STAMP}.py"]
