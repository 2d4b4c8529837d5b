"""A file that changes outside while people have it open: neither side overwrites the other."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import nbformat
import pytest

from benchmarks.disk.rooms import Place, Tab, place
from benchmarks.disk.waiting import until
from jupyter_collab_agents.documents.collaboration import NotSaved
from jupyter_collab_agents.documents.disk_records import Cause


def write_notebook(path: Path, *sources: str, **fields: object) -> None:
    cells = [
        nbformat.v4.new_code_cell(source, id=f"cell{number}", **fields)
        for number, source in enumerate(sources)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def write_over(path: Path, text: str) -> None:
    """As editors do: another file is moved over it."""
    fresh = path.with_name("fresh.tmp")
    fresh.write_bytes(text.encode())
    fresh.replace(path)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as made:
        yield made


async def opened(here: Place, name: str, *texts: str):  # type: ignore[no-untyped-def]
    path = here.root / name
    if name.endswith(".ipynb"):
        write_notebook(path, *texts)
    else:
        path.write_bytes(texts[0].encode())
    guard = await here.open(name)
    tab = Tab(guard.room)
    await until(lambda: tab.content == guard.content, "opened")
    return guard, tab, path


def in_all(tab: Tab, guard, path: Path, *texts: str):  # type: ignore[no-untyped-def]
    def holds() -> bool:
        return all(
            text in one
            for one in (str(tab.content), str(guard.content), path.read_text())
            for text in texts
        )

    return holds


async def test_unsaved_typing_and_a_write_outside_are_both_there(here: Place) -> None:
    """DI1, SN2."""
    guard, tab, path = await opened(here, "a.py", "one\ntwo\nthree\n")
    tab.type("typed\n", at=0)
    path.write_text("one\ntwo\nthree\nfrom outside\n")
    await until(in_all(tab, guard, path, "typed", "from outside"))
    assert here.kept.questions == []
    assert [reason for reason, _ in here.kept.snapshots] == ["overwrite"]


async def test_the_same_in_other_cells_of_a_notebook(here: Place) -> None:
    """DI1."""
    guard, tab, path = await opened(here, "a.ipynb", "x = 1", "y = 2")
    tab.type(" # typed", cell=0)
    write_notebook(path, "x = 1", "y = 2 # from outside", "z = 3")
    await until(in_all(tab, guard, path, "# typed", "# from outside", "z = 3"))
    assert here.kept.questions == []


async def test_an_older_file_moved_over_it_is_a_change_as_well(here: Place) -> None:
    """DI1."""
    guard, tab, path = await opened(here, "a.py", "one\ntwo\n")
    fresh = path.with_name("b.tmp")
    fresh.write_text("one\ntwo\nolder\n")
    os.utime(fresh, (1_000_000, 1_000_000))
    fresh.replace(path)
    await until(lambda: "older" in str(tab.content))
    tab.type("typed\n", at=0)
    await until(in_all(tab, guard, path, "typed", "older"))


async def test_a_change_within_the_same_instant_and_of_the_same_size_is_one(here: Place) -> None:
    """DI1."""
    _guard, tab, path = await opened(here, "a.py", "one\ntwo\n")
    was = path.stat()
    path.write_text("one\nTWO\n")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    await until(lambda: str(tab.content) == "one\nTWO\n")


async def test_what_is_typed_while_a_change_comes_in_is_saved_as_well(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DI1: the provider saves nothing of what is typed in that moment."""
    guard, tab, path = await opened(here, "a.py", "one\n")
    plain = here.kept.note_saved

    async def typed_meanwhile(*args):  # type: ignore[no-untyped-def]
        await plain(*args)
        if "outside" in str(guard.content) and "typed" not in str(guard.content):
            tab.type("typed\n", at=0)
            await until(lambda: "typed" in str(guard.content))

    monkeypatch.setattr(here.kept, "note_saved", typed_meanwhile)
    path.write_text("one\nfrom outside\n")
    await until(in_all(tab, guard, path, "typed", "from outside"), path.read_text)


async def test_what_both_changed_stays_as_people_have_it_and_is_asked(here: Place) -> None:
    """DI2."""
    _guard, tab, path = await opened(here, "a.py", "value = 1\n")
    text = tab.text()
    del text[8:9]
    text.insert(8, "2")
    path.write_text("value = 3\n")
    await until(lambda: len(here.kept.questions) == 1)
    await until(lambda: path.read_text() == "value = 2\n")
    (question,) = here.kept.questions
    assert question.cause is Cause.DISK
    assert (question.here, question.there) == ("value = 2\n", "value = 3\n")
    (conflict,) = question.conflicts
    assert (conflict.ours, conflict.theirs) == ("value = 2\n", "value = 3\n")


@pytest.mark.parametrize("kept", ["", "l\n" * 10])
async def test_a_file_that_lost_its_end_does_not_take_the_text_away(here: Place, kept: str) -> None:
    """DI2."""
    whole = "l\n" * 100
    _guard, tab, path = await opened(here, "a.py", whole)
    path.write_text(kept)
    await until(lambda: len(here.kept.questions) == 1)
    assert here.kept.questions[0].cause is Cause.CUT_SHORT
    await until(lambda: path.read_text() == whole)
    assert str(tab.content) == whole


async def test_an_unreadable_notebook_is_kept_aside_and_becomes_readable_again(
    here: Place,
) -> None:
    """DI2."""
    guard, tab, path = await opened(here, "a.ipynb", "x = 1")
    path.write_text('{"cells": [')
    await until(lambda: len(here.kept.questions) == 1)
    assert here.kept.questions[0].cause is Cause.UNREADABLE
    assert here.kept.questions[0].there == b'{"cells": ['
    await until(lambda: "x = 1" in path.read_text())
    tab.type(" # more")
    await until(in_all(tab, guard, path, "# more"))


async def test_a_write_between_the_check_and_the_save_is_found(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DI1."""
    guard, tab, path = await opened(here, "a.py", "one\n")
    plain = here.contents.save
    strikes = []

    async def overtaken(model, path_):  # type: ignore[no-untyped-def]
        if not strikes:
            strikes.append(path.write_text("one\nfrom outside\n"))
        return await plain(model, path_)

    monkeypatch.setattr(here.contents, "save", overtaken)
    tab.type("typed\n", at=0)
    await until(in_all(tab, guard, path, "typed", "from outside"))
    assert strikes
    assert here.kept.questions == []


async def test_a_write_right_after_the_save_is_found(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DI1."""
    guard, tab, path = await opened(here, "a.py", "one\n")
    plain = here.contents.save
    strikes = []

    async def and_then(model, path_):  # type: ignore[no-untyped-def]
        saved = await plain(model, path_)
        if not strikes:
            strikes.append(path.write_text(path.read_text() + "from outside\n"))
        return {**saved, **await here.contents.get(path_, content=False)}

    monkeypatch.setattr(here.contents, "save", and_then)
    tab.type("typed\n", at=0)
    await until(in_all(tab, guard, path, "typed", "from outside"))
    assert strikes


async def test_a_program_that_read_the_file_long_ago_takes_nothing_away(here: Place) -> None:
    """DI1."""
    _guard, tab, path = await opened(here, "a.py", "one\ntwo\n")
    stale = path.read_text()
    for number in range(30):
        line = f"typed {number}\n"
        tab.type(line)
        await until(lambda line=line: line in path.read_text())  # type: ignore[misc]
    write_over(path, "from outside\n" + stale)
    await until(lambda: path.read_text().startswith("from outside\none\ntwo\ntyped 0\n"))
    assert path.read_text().endswith("typed 28\ntyped 29\n")
    assert str(tab.content) == path.read_text()
    assert here.kept.questions == []


async def test_an_older_version_put_back_on_purpose_is_what_people_get(here: Place) -> None:
    _guard, tab, path = await opened(here, "a.py", "one\ntwo\nthree\n")
    tab.type("typed\n")
    await until(lambda: "typed" in path.read_text())
    write_over(path, "one\ntwo\nthree\n")
    await until(lambda: str(tab.content) == "one\ntwo\nthree\n")
    assert here.kept.snapshots == [("overwrite", "one\ntwo\nthree\ntyped\n")]


async def test_a_file_deleted_outside_comes_back_with_the_next_edit(here: Place) -> None:
    _guard, tab, path = await opened(here, "a.py", "one\n")
    path.unlink()
    tab.type("typed\n")
    await until(lambda: path.exists() and path.read_text() == "one\ntyped\n")


@pytest.mark.parametrize("text", ["a\r\nb\r\nc\r\n", "a\r\nb\nc\r\n"])
async def test_line_ends_stay_as_they_are(here: Place, text: str) -> None:
    """DI6."""
    _guard, tab, path = await opened(here, "a.txt", text)
    assert str(tab.content) == "a\nb\nc\n"
    tab.type("d\n")
    await until(lambda: path.read_bytes() == f"{text}d\r\n".encode())
    write_over(path, f"x\r\n{text}d\r\n")
    await until(lambda: str(tab.content) == "x\na\nb\nc\nd\n")
    tab.type("e\n")
    await until(lambda: path.read_bytes() == f"x\r\n{text}d\r\ne\r\n".encode())


async def test_a_large_text_is_merged_while_people_go_on_typing(here: Place) -> None:
    whole = "".join(f"line {number}\n" for number in range(20_000))
    guard, tab, path = await opened(here, "a.txt", whole)
    path.write_text(whole + "from outside\n")
    for number in range(30):
        tab.type(f"typed {number}\n", at=0)
        await here.contents.get("a.txt", content=False)  # the loop turns
    await until(in_all(tab, guard, path, "from outside", "typed 0\n", "typed 29\n"))
    assert here.kept.questions == []


async def test_a_save_that_empties_the_document_keeps_what_was_there(here: Place) -> None:
    """SN2."""
    _guard, tab, path = await opened(here, "a.py", "precious\n")
    tab.text().clear()
    await until(lambda: path.read_text() == "")
    assert here.kept.snapshots == [("shrink", "precious\n")]


async def test_a_save_that_cannot_be_made_is_not_said_to_be_one(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DI3."""
    guard, tab, path = await opened(here, "a.py", "one\n")

    async def full(model: object, path_: str) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(here.contents, "save", full)
    tab.type("typed\n")
    await until(lambda: guard.content == tab.content)
    with pytest.raises(NotSaved):
        await guard.save()
    monkeypatch.undo()
    await guard.save()
    assert path.read_text() == "one\ntyped\n"


async def test_typing_on_does_not_keep_a_save_from_happening(here: Place) -> None:
    """DI3."""
    guard, tab, path = await opened(here, "a.py", "one\n")
    tab.type("first\n")
    await until(lambda: guard.content == tab.content)
    saving = asyncio.create_task(guard.save())
    while not saving.done():
        tab.type("more\n")
        await asyncio.sleep(0)
    await saving
    assert "first" in path.read_text()


async def test_the_last_typing_is_saved_when_the_room_goes(tmp_path: Path) -> None:
    """DI3."""
    async with place(tmp_path, save_delay=3600) as here:
        guard, tab, path = await opened(here, "a.py", "one\n")
        tab.type("last words\n")
        await until(lambda: guard.content == tab.content)
        await tab.close()
        await here.close(guard.room)
        assert path.read_text() == "one\nlast words\n"


async def test_the_last_typing_is_saved_when_the_server_stops(tmp_path: Path) -> None:
    async with place(tmp_path, save_delay=3600) as here:
        guard, tab, path = await opened(here, "a.ipynb", "one")
        tab.type(" last words")
        await until(lambda: guard.content == tab.content)
    assert "last words" in path.read_text()


async def killed_while_typing(tmp_path: Path, name: str = "a.py") -> Place:
    here = Place(tmp_path / "root", tmp_path / "state", save_delay=3600)
    guard, tab, path = await opened(here, name, "one\n")
    tab.type("unsaved\n")
    await until(lambda: guard.content == tab.content)
    await until(lambda: bool(here.kept.marks))
    await here.stop(killed=True)
    assert "unsaved" not in path.read_text()
    return here


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "state").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
async def test_what_was_not_saved_when_the_server_was_killed_comes_back(
    folders: Path, name: str
) -> None:
    """DI5."""
    before = await killed_while_typing(folders, name)
    async with place(folders) as here:
        here.kept.marks = before.kept.marks
        guard = await here.open(name)
        assert "unsaved" in str(guard.content)
        (question,) = here.kept.questions
        assert question.cause is Cause.RECOVERED
        assert "unsaved" in str(question.here)
        assert "unsaved" not in str(question.there)
        await until(lambda: "unsaved" in (here.root / name).read_text())


async def test_if_the_file_changed_as_well_it_stands_and_the_rest_is_asked(
    folders: Path,
) -> None:
    """DI5."""
    before = await killed_while_typing(folders)
    (folders / "root" / "a.py").write_text("another\n")
    async with place(folders) as here:
        here.kept.marks = before.kept.marks
        guard = await here.open("a.py")
        assert guard.content == "another\n"
        (question,) = here.kept.questions
        assert question.cause is Cause.UNSAVED
        assert (question.here, question.there) == ("another\n", "one\nunsaved\n")


async def test_a_file_that_changed_while_nobody_had_it_open_is_simply_newer(
    folders: Path,
) -> None:
    async with place(folders) as here:
        guard, tab, path = await opened(here, "a.py", "one\n")
        tab.type("typed\n")
        await until(lambda: path.read_text() == "one\ntyped\n")
        marks = here.kept.marks
    path.write_text("newer\n")
    async with place(folders) as here:
        here.kept.marks = marks
        guard = await here.open("a.py")
        assert guard.content == "newer\n"
        assert here.kept.questions == []
