"""SN4: a file that nobody has open is changed, and nothing that was written meanwhile is lost."""

import asyncio
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_collab_agents.documents.collaboration import Collaboration
from jupyter_collab_agents.documents.current import CurrentDocuments
from jupyter_collab_agents.documents.file_ids import SETTING, FileIds
from jupyter_collab_agents.documents.paths import path_guard
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.errors import ErrorCode


class Ids:
    """Of jupyter_server_fileid: a file's path is its id."""

    index = get_path = staticmethod(lambda path: path)


class Folder:
    """Files without a provider of live documents."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.contents = AsyncLargeFileManager(root_dir=str(root))
        settings: dict[str, Any] = {SETTING: Ids}
        ids = FileIds(settings, self.contents, path_guard(self.contents))
        self.documents = CurrentDocuments(Collaboration(settings), self.contents, ids)

    def write(self, name: str, *sources: str) -> None:
        cells = [nbformat.v4.new_code_cell(s, id=f"c{n}") for n, s in enumerate(sources)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.root / name)

    def sources(self, name: str) -> list[str]:
        return [cell.source for cell in nbformat.read(self.root / name, as_version=4).cells]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def anything(_steps: object) -> None:
    """Nothing is locked."""


async def test_what_was_saved_since_it_was_read_is_merged(folder: Folder) -> None:
    path = folder.root / "a.py"
    path.write_text("one\ntwo\nthree\n")
    current = await folder.documents.at("a.py")
    path.write_text("one\ntwo\nthree\nfour\n")
    left = await folder.documents.change(current, "1\ntwo\nthree\n", anything, origin="user:ann")
    assert (path.read_text(), left) == ("1\ntwo\nthree\nfour\n", 0)


async def test_what_cannot_be_merged_stays_and_is_counted(folder: Folder) -> None:
    path = folder.root / "a.py"
    path.write_text("one\n")
    current = await folder.documents.at("a.py")
    path.write_text("theirs\n")
    left = await folder.documents.change(current, "mine\n", anything, origin="user:ann")
    assert (path.read_text(), left) == ("theirs\n", 1)


async def test_a_notebook_is_merged_by_cells(folder: Folder) -> None:
    folder.write("a.ipynb", "x", "y")
    wanted = (await folder.documents.at("a.ipynb")).content
    folder.write("a.ipynb", "changed", "y")
    current = await folder.documents.at("a.ipynb")
    folder.write("a.ipynb", "changed", "y since")
    await folder.documents.change(current, wanted, anything, origin="user:ann")
    assert folder.sources("a.ipynb") == ["x", "y since"]
    assert "kernelspec" not in (folder.root / "a.ipynb").read_text()


async def test_what_is_saved_while_it_is_merged_is_merged_too(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.root / "a.py"
    path.write_text("one\ntwo\nthree\n")
    current = await folder.documents.at("a.py")
    in_thread = asyncio.to_thread

    async def saved_meanwhile(*args: Any) -> Any:
        done = await in_thread(*args)
        if path.read_text().startswith("one"):
            path.write_text("one!\ntwo\nthree\n")
        return done

    monkeypatch.setattr(
        "jupyter_collab_agents.documents.current.asyncio.to_thread", saved_meanwhile
    )
    await folder.documents.change(current, "one\ntwo\n3\n", anything, origin="user:ann")
    assert path.read_text() == "one!\ntwo\n3\n"


async def test_it_is_asked_directly_before_whether_it_may_be_done(folder: Folder) -> None:
    path = folder.root / "a.py"
    path.write_text("one\n")
    current = await folder.documents.at("a.py")

    def never(_steps: object) -> None:
        raise Refusal(ErrorCode.LOCKED, "Ben holds it.")

    with pytest.raises(Refusal, match="Ben holds it"):
        await folder.documents.change(current, "two\n", never, origin="user:ann")
    assert path.read_text() == "one\n"
