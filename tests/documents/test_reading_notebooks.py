"""What agents read: the live notebook where somebody has it open, else the file."""

import nbformat
import pytest
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory
from running_server.tabs import join

from .room import open_notebook

SHARED = ("jupyter_server_ydoc", "jupyter_server_fileid")
STORE = ".jupyter_ystore.db"
"""The first room that is opened makes this file in the server's working directory."""


def write_notebook(server: RunningServer, name: str, *sources: str) -> bytes:
    path = server.root / name
    path.parent.mkdir(exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path.read_bytes()


async def outline(person: Person, path: str) -> str:
    """What @notebook says of it."""
    session_id = await person.create()
    tab = await join(person, session_id)
    task = {"session_id": session_id, "task": "outline", "context": {"path": path}}
    started = await person.post("agents/agent:notebook/tasks", task)
    assert started.status == 202, started
    await tab.until(lambda t: t.of("run.finished"))
    finished = tab.of("run.finished")[0]
    await tab.close()
    if finished["status"] != "done":
        return f"{finished['status']}: {finished['error']}"
    messages = (await person.get(f"sessions/{session_id}/messages")).json["messages"]
    answer: str = messages[-1]["body"]
    return answer


@pytest.fixture(scope="module")
def shared(running_servers: ServerFactory) -> RunningServer:
    """Documents are shared here."""
    return running_servers(
        extensions=SHARED, traits={"YDocExtension": {"document_save_delay": 3600}}
    )


@pytest.fixture
def ann(shared: RunningServer) -> Person:
    return Person(shared, "ann")


async def test_what_nobody_has_open_is_read_from_the_disk_and_no_room_stays(
    shared: RunningServer, ann: Person
) -> None:
    assert (await ann.get("health")).json["collaboration"] == "live"
    before = write_notebook(shared, "closed.ipynb", "on_the_disk = 1")
    assert "`on_the_disk`" in await outline(ann, "closed.ipynb")
    assert not (shared.folder / STORE).exists(), "a room was made"
    assert (shared.root / "closed.ipynb").read_bytes() == before


async def test_what_somebody_types_is_read_before_it_is_saved(
    shared: RunningServer, ann: Person
) -> None:
    before = write_notebook(shared, "open.ipynb", "saved = 1", "other = 2")
    ben = await open_notebook(Person(shared, "ben"), "open.ipynb")
    assert (shared.folder / STORE).exists(), "this is how a room shows"
    assert ben.sources == ["saved = 1", "other = 2"]
    await ben.type_into(0, "\ntyped_é_just_now = 3")
    answer = await outline(ann, "open.ipynb")
    assert "`typed_é_just_now`" in answer
    assert (shared.root / "open.ipynb").read_bytes() == before, "nothing was saved"
    assert ben.sources == ["saved = 1\ntyped_é_just_now = 3", "other = 2"], "nor changed"
    ben.close()


async def test_a_notebook_in_a_folder_with_spaces_is_read(
    shared: RunningServer, ann: Person
) -> None:
    write_notebook(shared, "my work/größe 1.ipynb", "width = 1")
    assert "`width`" in await outline(ann, "my work/größe 1.ipynb")


@pytest.mark.parametrize(
    "path",
    ["absent.ipynb", "../outside.ipynb", "/etc/passwd.ipynb", ".hidden.ipynb", "broken.ipynb"],
)
async def test_what_cannot_be_read_is_said(shared: RunningServer, ann: Person, path: str) -> None:
    """AG4, CH6."""
    (shared.folder / "outside.ipynb").write_text("{}")
    (shared.root / ".hidden.ipynb").write_text("{}")
    (shared.root / "broken.ipynb").write_text("{this is no notebook")
    answer = await outline(ann, path)
    assert answer.startswith("failed: "), answer
    assert "Traceback" not in answer


async def test_a_link_out_of_the_root_is_not_followed(shared: RunningServer, ann: Person) -> None:
    """CH6."""
    outside = shared.folder / "outside"
    outside.mkdir(exist_ok=True)
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("stolen = 1")]),
        outside / "secret.ipynb",
    )
    (shared.root / "link.ipynb").symlink_to(outside / "secret.ipynb")
    assert "stolen" not in await outline(ann, "link.ipynb")


async def test_without_shared_documents_the_file_is_read(running_server: ServerFactory) -> None:
    server = running_server(extensions=("jupyter_server_fileid",))
    ann = Person(server, "ann")
    assert (await ann.get("health")).json["collaboration"] == "off"
    write_notebook(server, "a.ipynb", "from_the_file = 1")
    assert "`from_the_file`" in await outline(ann, "a.ipynb")


async def test_whoever_may_not_read_files_gets_no_agent_to_read_them(
    running_server: ServerFactory,
) -> None:
    """AG1."""
    server = running_server()
    server.keep_from("ann", "contents")
    ann = Person(server, "ann")
    write_notebook(server, "a.ipynb", "not_for_ann = 1")
    assert "not_for_ann" not in await outline(ann, "a.ipynb")
