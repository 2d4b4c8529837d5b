import json
import socket
import stat
from pathlib import Path

import pytest

from jupyter_collab_agents.demo.first_look import layout_of, write_first_look
from jupyter_collab_agents.demo.people import load_tokens
from jupyter_collab_agents.demo.server import PortTaken, choose_port, environment
from jupyter_collab_agents.demo.workspace import FILES, Workspace, prepare


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def everything(folder: Path) -> Workspace:
    workspace = prepare(folder)
    load_tokens(workspace.state / "tokens.json")
    write_first_look(workspace.state / "config")
    return workspace


def test_preparing_twice_is_preparing_once(tmp_path):
    everything(tmp_path)
    once = contents(tmp_path)
    assert {f"files/{name}" for name in FILES} < set(once)
    everything(tmp_path)
    assert contents(tmp_path) == once


@pytest.mark.parametrize("name", FILES)
def test_what_people_changed_stays_and_what_they_threw_away_comes_back(tmp_path, name):
    workspace = prepare(tmp_path)
    fresh = (workspace.files / name).read_bytes()
    (workspace.files / name).write_text("mine")
    (workspace.files / "more.md").write_text("mine too")
    prepare(tmp_path)
    assert (workspace.files / name).read_text() == "mine"
    assert (workspace.files / "more.md").read_text() == "mine too"
    (workspace.files / name).unlink()
    prepare(tmp_path)
    assert (workspace.files / name).read_bytes() == fresh


def test_tokens_are_for_this_account_only_and_stay(tmp_path):
    workspace = prepare(tmp_path)
    path = workspace.state / "tokens.json"
    tokens = load_tokens(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(workspace.state.stat().st_mode) == 0o700
    assert set(tokens) == {"ann", "ben"}
    assert len(set(tokens.values())) == 2
    assert min(map(len, tokens.values())) >= 32
    assert load_tokens(path) == tokens
    assert load_tokens(tmp_path / "another.json") != tokens


def test_tokens_and_databases_are_not_among_the_files(tmp_path):
    workspace = everything(tmp_path)
    assert sorted(path.name for path in workspace.files.iterdir()) == sorted(FILES)
    assert workspace.files not in workspace.state.parents
    folders = {environment(workspace)[f"JUPYTER_{name}_DIR"] for name in ("DATA", "RUNTIME")}
    assert {Path(folder).parent for folder in folders} == {workspace.state}


def test_a_window_as_its_owner_left_it_stays(tmp_path):
    config = everything(tmp_path).state / "config"
    windows = sorted((config / "lab" / "workspaces").iterdir())
    assert [json.loads(w.read_text())["metadata"]["id"] for w in windows] == ["ann", "ben"]
    assert json.loads(windows[0].read_text())["data"] == layout_of("ann")["data"]
    left = json.loads(windows[0].read_text())
    left["data"]["layout-restorer:data"]["right"]["collapsed"] = True
    windows[0].write_text(json.dumps(left))
    write_first_look(config)
    assert json.loads(windows[0].read_text()) == left


def test_a_token_of_the_shell_does_not_become_everybodys(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "from the shell")
    assert "from the shell" not in environment(prepare(tmp_path)).values()


def test_a_port_in_use_is_named_and_else_the_next_one_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {taken} is in use; set DEMO_PORT"):
            choose_port(taken)
    assert 8888 <= choose_port(None) < 8988
