"""Who may come in to a live document, and that nothing is made for those who may not."""

import asyncio
import json

import pytest
from running_server.http import Person, cookies_of
from running_server.process import RunningServer, ServerFactory
from tornado.httpclient import HTTPClientError

from .conftest import SHARED, write_notebook
from .page import Page, open_page, open_session, open_socket

EVERYBODY = "JupyterLab:globalAwareness"


async def refused(person: Person, room: str, **more: object) -> int:
    """The status with which a socket is refused."""
    with pytest.raises(HTTPClientError) as answer:
        await open_socket(person, room, **more)  # type: ignore[arg-type]
    return answer.value.code


async def room_of(person: Person, path: str) -> tuple[str, str]:
    session = (await open_session(person, path)).json
    return f"{session['format']}:{session['type']}:{session['fileId']}", session["sessionId"]


async def test_the_gate_stands_before_the_provider(ann: Person, notebook: str) -> None:
    """GA2: the provider's own session answer does not say whether one may write."""
    answer = await open_session(ann, notebook)
    assert answer.json["readOnly"] is False
    assert (await open_session(ann, notebook)).status == 200


async def test_who_is_nobody_makes_no_room(
    shared_server: RunningServer, ann: Person, notebook: str
) -> None:
    """GA2."""
    room, _ = await room_of(ann, notebook)
    before = len(shared_server.log.text)
    stranger = Person(shared_server, headers={})
    for name in (room, "json:notebook:x", EVERYBODY, "anything"):
        assert await refused(stranger, name) == 403
    answer = await stranger.ask("GET", f"/api/collaboration/room/{room}")
    assert answer.status == 403
    assert "FileLoader" not in shared_server.log.text[before:], "no room was made for them"


async def test_who_may_not_read_files_makes_no_room(
    ann: Person, dan: Person, notebook: str
) -> None:
    """GA2."""
    room, session_id = await room_of(ann, notebook)
    assert await refused(dan, room, session_id=session_id) == 403
    assert await refused(dan, EVERYBODY) == 403
    assert (await open_session(dan, notebook)).status == 403


@pytest.mark.parametrize(
    "room",
    [
        "json:notebook:00000000-0000-0000-0000-000000000000",
        "xml:notebook:{id}",
        "json:note/book:{id}",
        "json:{id}",
        "{id}",
        "JupyterLab:somethingElse",
        "%2e%2e",
        "",
    ],
)
async def test_rooms_of_other_names_are_not_made(ann: Person, notebook: str, room: str) -> None:
    """GA2."""
    name, _ = await room_of(ann, notebook)
    assert await refused(ann, room.format(id=name.rpartition(":")[2])) == 404


async def test_an_address_for_sockets_answers_no_plain_request(ann: Person, notebook: str) -> None:
    """GA2."""
    room, _ = await room_of(ann, notebook)
    assert (await ann.ask("GET", f"/api/collaboration/room/{room}")).status == 400


@pytest.mark.parametrize("origin", ["same", "other port", "evil", "null", "none"])
@pytest.mark.parametrize("login", ["cookie", "token"])
async def test_a_socket_opens_for_a_cookie_only_from_our_own_pages(
    shared_server: RunningServer, ann: Person, notebook: str, login: str, origin: str
) -> None:
    """GA3."""
    origins = {
        "same": f"http://127.0.0.1:{shared_server.port}",
        "other port": f"http://127.0.0.1:{shared_server.port + 1}",
        "evil": "https://evil.example",
        "null": "null",
    }
    headers = {"Origin": origins[origin]} if origin in origins else {}
    if login == "cookie":
        cookies = await cookies_of(shared_server, "ann")
        ann = Person(shared_server, headers={"Cookie": cookies["Cookie"]})
    room, session_id = await room_of(Person(shared_server, "ann"), notebook)
    if login == "token" or origin in ("same", "none"):
        page = await open_socket(ann, room, session_id, headers=headers)
        await page.sync()
        await page.close()
    else:
        assert await refused(ann, room, session_id=session_id, headers=headers) == 403


async def test_who_comes_with_an_unknown_session_is_sent_away_and_writes_nothing(
    ann: Person, notebook: str
) -> None:
    """GA4."""
    reader = await open_page(ann, notebook)
    room, _ = await room_of(ann, notebook)
    page = await open_socket(ann, room, "made-up")
    page.doc.apply_update(reader.doc.get_update())
    page.append(0, "# written by a refused page")
    await page.until_closed()
    assert page.close_code == 1003
    assert json.loads(page.close_reason or "")["reason"] == "unknown_session"
    await reader.sync()
    assert reader.sources == ["a = 1", "b = 2"]
    await reader.close()


async def test_a_file_is_open_in_one_way_only(ann: Person, ben: Person, notebook: str) -> None:
    """GA5."""
    as_notebook = await open_page(ann, notebook)
    session = (await open_session(ben, notebook, format="text", type="file")).json
    as_text = await open_socket(
        ben, f"text:file:{session['fileId']}", session["sessionId"], kind="file"
    )
    await as_text.until_closed()
    assert as_text.close_code == 1003
    assert as_text.close_reason is not None
    reason = json.loads(as_text.close_reason)
    assert reason["reason"] == "initialization_error", "pages show its words"
    assert reason["errorReason"] == "This file is open as a notebook. Close that first."
    as_notebook.append(0, "0")
    await as_notebook.sync()
    assert as_notebook.sources[0] == "a = 10"
    await as_notebook.close()


async def test_a_room_that_everybody_left_makes_way(
    running_servers: ServerFactory,
) -> None:
    """GA5: and what was typed there last is in the file."""
    server = running_servers(extensions=SHARED)
    write_notebook(server.root / "way.ipynb", "a = 1")
    ann, ben = Person(server, "ann"), Person(server, "ben")
    page = await open_page(ann, "way.ipynb")
    page.append(0, " + 1")
    await page.sync()
    await page.close()
    text = await open_page(ben, "way.ipynb", format="text", type="file")
    assert "a = 1 + 1" in text.text
    await text.close()


async def test_a_message_that_is_too_long_ends_its_socket_alone(
    running_servers: ServerFactory,
) -> None:
    """GA6."""
    server = running_servers(
        extensions=SHARED, traits={"CollabAgents": {"max_document_message": 4096}}
    )
    write_notebook(server.root / "long.ipynb", "a = 1")
    ann, ben = Person(server, "ann"), Person(server, "ben")
    other = await open_page(ben, "long.ipynb")
    page = await open_page(ann, "long.ipynb")
    page.append(0, "x" * 5000)
    await page.until_closed()
    assert page.close_code == 1009
    other.append(0, "0")
    await other.sync()
    assert other.sources == ["a = 10"]


async def test_who_loses_access_is_sent_away(running_servers: ServerFactory) -> None:
    """GA7."""
    server = running_servers(
        extensions=SHARED, traits={"CollabAgents": {"reauthorise_interval": 0.1}}
    )
    write_notebook(server.root / "lost.ipynb", "a = 1")
    page = await open_page(Person(server, "ann"), "lost.ipynb")
    other = await open_page(Person(server, "ben"), "lost.ipynb")
    server.set_rights("ann")
    await page.until_closed()
    assert page.close_code == 1003
    assert "withdrawn" in (page.close_reason or "")
    server.forget("ben")
    await other.until_closed()
    assert "withdrawn" in (other.close_reason or "")


async def at_the_first_answer(person: Person, path: str) -> Page:
    """As a page does that had lost its server."""
    async with asyncio.timeout(15):
        while True:
            try:
                return await open_page(person, path)
            except ConnectionRefusedError:
                await asyncio.sleep(0)


async def test_who_comes_back_while_the_server_starts_waits_until_documents_are_looked_after(
    running_servers: ServerFactory,
) -> None:
    """GA2: before that, a room would load its file past all that keeps it."""
    server = running_servers(extensions=SHARED)
    ann = Person(server, "ann")
    write_notebook(server.root / "early.ipynb", "a = 1")
    await room_of(ann, "early.ipynb")
    for _ in range(3):
        server.kill()
        since = len(server.log.lines)
        server.start(wait=False)
        server.log.wait_for("is running at", since=since)
        page = await at_the_first_answer(ann, "early.ipynb")
        said = server.log.lines[since:]
        ready = next(i for i, line in enumerate(said) if "collaboration is ready" in line)
        assert not any("Initializing room" in line for line in said[:ready]), "".join(said)
        await page.close()
