"""Tricks in names, and paths that lead where nobody should get."""

import os
import unicodedata

import pytest
from running_server.http import Person
from running_server.process import RunningServer
from running_server.tabs import join

NAMES = [
    "\u202egnp.exe",
    "a\u200bb",
    "pay\u2066pal\u2069",
    "x\u0000y",
    "\u200f",
    "a\nb",
    "a\u00adb",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
async def test_names_of_sessions_have_nothing_invisible_in_them(ann: Person, name: str) -> None:
    answer = await ann.post("sessions", {"name": name})
    if answer.status == 400:
        assert answer.problem == "invalid"
        return
    assert answer.status == 201, answer
    kept = answer.json["name"]
    assert all(unicodedata.category(c) not in {"Cc", "Cf"} for c in kept), ascii(kept)
    renamed = await ann.ask("PATCH", f"sessions/{answer.json['session_id']}", {"name": name})
    assert renamed.json["name"] == kept


async def test_names_of_people_are_cleaned_too(running_server) -> None:  # type: ignore[no-untyped-def]
    """ID1."""
    server: RunningServer = running_server(people={"eve": ("read", "write", "execute")})
    server.names["eve"] = "\u202eAnn\u200b\u0000" + "x" * 300
    server.set_rights("eve", "read", "write", "execute")
    eve = Person(server, "eve")
    session_id = await eve.create()
    name = (await eve.get(f"sessions/{session_id}")).json["state"]["participants"]["user:eve"][
        "profile"
    ]["name"]
    assert len(name) <= 200
    assert all(unicodedata.category(c) not in {"Cc", "Cf"} for c in name), ascii(name)


OUTSIDE = [
    "../secret.txt",
    "a/../../secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "\\..\\secret.txt",
    "a\\b",
    "C:/Windows",
    ".env",
    "a/.git/config",
    "a\u0000b",
    "",
    ".",
    "..",
    "link-out/secret.txt",
    "link-out",
    "link-to-file",
    "inner/up/../../secret.txt",
    "a\u202eb",
    "x" * 1025,
]


@pytest.fixture
def links(server: RunningServer) -> None:
    """Real symbolic links: two lead out of the root, one stays inside."""
    outside = server.folder / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.txt").write_text("secret")
    (server.root / "inner").mkdir(exist_ok=True)
    for name, target in (
        ("link-out", outside),
        ("link-to-file", outside / "secret.txt"),
        ("link-inside", server.root / "inner"),
    ):
        if not (server.root / name).is_symlink():
            os.symlink(target, server.root / name)


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda p: ascii(p[:20]))
async def test_a_path_out_of_the_root_is_refused_wherever_paths_are_named(
    ann: Person, links: None, path: str
) -> None:
    """CH6."""
    session_id = await ann.create()
    attachment = {"kind": "file", "path": path}
    anchor = {"path": path, "cell_id": None}
    location = {"path": path, "cell_id": None, "selection": None}
    before = (await ann.get(f"sessions/{session_id}/events")).body
    tab = await join(ann, session_id)
    for type_, fields in (
        ("chat.post", {"body": "look at this file", "attachments": [attachment]}),
        ("chat.post", {"body": "look at this place", "anchor": anchor}),
        ("session.set_files", {"files": [path]}),
        ("session.set_active_file", {"path": path}),
        ("reveal.request", {"location": location}),
        ("presence.update", {"location": location, "following": None, "active": True}),
    ):
        if type_ in ("reveal.request", "presence.update") and "link" in path:
            continue  # shown as text only, nothing is opened
        answer = await tab.ask(type_, **fields)
        assert answer["type"] == "rejected", (type_, path)
        assert answer["code"] in ("invalid", "forbidden"), answer
    for body in (
        {"body": "look at this file", "attachments": [attachment]},
        {"body": "look at this place", "anchor": anchor},
    ):
        refused = await ann.post(f"sessions/{session_id}/messages", body)
        assert refused.problem in ("invalid", "forbidden"), refused
    made = await ann.post("sessions", {"name": "Files", "files": [path]})
    assert made.problem in ("invalid", "forbidden"), made
    assert (await ann.get(f"sessions/{session_id}/events")).body == before
    await tab.close()


@pytest.mark.parametrize(
    "path", ["a.ipynb", "a b/ü.ipynb", "link-inside/a.txt", "%2e%2e/a", "%2Fetc", "..a/b"]
)
async def test_other_paths_are_kept_as_they_are(ann: Person, links: None, path: str) -> None:
    """CH6."""
    session_id = await ann.create()
    posted = await ann.post(
        f"sessions/{session_id}/messages",
        {"body": "look at this file", "attachments": [{"kind": "file", "path": path}]},
    )
    assert posted.status in (201, 403), posted
    if posted.status == 201:
        (message,) = (await ann.get(f"sessions/{session_id}/messages")).json["messages"]
        assert message["attachments"][0]["path"] == path


@pytest.mark.parametrize("path", ["..%2f..%2fhealth", "%2e%2e/health", "a1%00", "a1/../../health"])
async def test_encoded_tricks_in_addresses_find_no_session(ann: Person, path: str) -> None:
    answer = await ann.ask("GET", f"sessions/{path}")
    assert answer.status in (400, 404), answer
