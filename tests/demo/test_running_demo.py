import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from running_server.process import free_port

from jupyter_collab_agents.demo.people import PEOPLE
from jupyter_collab_agents.demo.welcome import MESSAGE, SESSION
from jupyter_collab_agents.demo.workspace import NOTEBOOK

from .running_demo import Browser, RunningDemo


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


def look(demo: RunningDemo) -> None:
    """Everybody opens their link, is who the link says, and finds the session as it was made."""
    for person in PEOPLE:
        link = demo.links[person.display_name]
        browser = Browser()
        page = browser.open(link)
        assert "jupyter-config-data" in page
        for other in demo.links.values():
            assert token_of(other) not in page, "a page holds somebody's token"
        seen = browser.ask(link, "sessions")
        assert seen["you"] == f"user:{person.username}"
        assert seen["invitations"] == []
        (session,) = seen["sessions"]
        assert session["name"] == SESSION
        details = browser.ask(link, f"sessions/{session['session_id']}")
        assert details["state"]["files"] == [NOTEBOOK]
        (hello,) = browser.ask(link, f"sessions/{session['session_id']}/messages")["messages"]
        assert (hello["body"], hello["author"]) == (MESSAGE, "user:ann")


def test_both_people_are_in_by_their_link_and_find_the_session_again(tmp_path: Path) -> None:
    folder, port = tmp_path / "workspace", free_port()
    with RunningDemo(folder, port) as demo:
        assert set(demo.links) == {person.display_name for person in PEOPLE}
        look(demo)
        with pytest.raises(HTTPError, match="403"):
            Browser().ask(demo.links["Ann"], "sessions")
        first = demo.links
        notebook = folder / "files" / NOTEBOOK
        changed = notebook.read_text().replace("Sales", "Our sales", 1)
        assert changed != notebook.read_text()
        notebook.write_text(changed)
        assert demo.interrupt() == 0, demo.said
    database = folder / "state" / "data" / "collab_agents"
    assert list(database.glob("*.sqlite"))
    assert not list(database.glob("*-wal")), "it was not closed"
    with RunningDemo(folder, port) as demo:
        assert demo.links == first
        look(demo)
        assert notebook.read_text() == changed
    log = (folder / "state" / "server.log").read_text()
    assert not any(token_of(link) in log for link in first.values())
    assert json.loads((folder / "state" / "tokens.json").read_text()).keys() == {"ann", "ben"}
