"""A file is written only over what was expected there."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents import fileio
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from jupyter_collab_agents.documents.checked_writing import (
    Overtaken,
    Writing,
    check_writing,
    writing,
)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def contents(tmp_path: Path) -> Any:
    manager = AsyncLargeFileManager(root_dir=str(tmp_path))
    assert check_writing(manager)
    assert check_writing(manager), "once is enough"
    return manager


async def save(contents: Any, name: str, content: Any, expected: str | None) -> Writing:
    kind = "file" if isinstance(content, str) else "notebook"
    model = {"type": kind, "format": "text" if kind == "file" else "json", "content": content}
    ours = Writing(expected)
    with writing(ours):
        await contents.save(model, name)
    return ours


async def test_over_what_was_expected_it_is_written_and_its_hash_is_known(
    contents: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text("old")
    ours = await save(contents, "a.py", "new é\r\n", digest("old"))
    assert (tmp_path / "a.py").read_bytes() == "new é\r\n".encode()
    assert ours.written == digest("new é\r\n")
    assert names(tmp_path) == ["a.py"]


async def test_a_notebook_s_hash_is_that_of_the_file(contents: Any, tmp_path: Path) -> None:
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    ours = await save(contents, "a.ipynb", notebook, None)
    assert ours.written == hashlib.sha256((tmp_path / "a.ipynb").read_bytes()).hexdigest()


async def test_over_something_else_nothing_is_touched(contents: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("somebody else's")
    before = path.stat()
    with pytest.raises(Overtaken):
        await save(contents, "a.py", "new", digest("old"))
    assert path.read_text() == "somebody else's"
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_what_comes_between_the_look_and_the_writing_comes_back(
    contents: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("old")
    copy = fileio.copy2_safe

    def overtaken(source: str, *more: Any, **options: Any) -> None:
        Path(source).write_text("somebody else's")
        copy(source, *more, **options)

    monkeypatch.setattr(fileio, "copy2_safe", overtaken)
    with pytest.raises(Overtaken):
        await save(contents, "a.py", "new", digest("old"))
    assert path.read_text() == "somebody else's"


async def test_what_cannot_be_put_together_leaves_the_file_alone(
    contents: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    broken = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"x": object()}, "cells": []}
    with pytest.raises(HTTPError):
        await save(contents, "a.ipynb", broken, digest("{}"))
    assert (tmp_path / "a.ipynb").read_text() == "{}"
    assert names(tmp_path) == ["a.ipynb"]


async def test_through_a_link_it_is_the_file_that_counts(contents: Any, tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("old")
    (tmp_path / "link.py").symlink_to("real.py")
    await save(contents, "link.py", "new", digest("old"))
    assert (tmp_path / "real.py").read_text() == "new"
    with pytest.raises(Overtaken):
        await save(contents, "link.py", "newer", digest("old"))
    assert (tmp_path / "real.py").read_text() == "new"


async def test_saves_of_others_are_as_ever(contents: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    await contents.save({"type": "file", "format": "text", "content": "new"}, "a.py")
    assert (tmp_path / "a.py").read_text() == "new"


def test_a_manager_that_does_not_write_files_is_left_alone() -> None:
    assert check_writing(object()) is False
