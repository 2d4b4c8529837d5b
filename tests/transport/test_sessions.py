"""Sessions over REST: made, listed, renamed, put away, taken up, deleted."""

import pytest
from running_server.http import Person
from running_server.tabs import join


async def test_who_creates_a_session_owns_it_and_finds_it_in_the_list(ann: Person) -> None:
    """SE1."""
    session_id = await ann.create("Plans", files=["a.ipynb"])
    state = (await ann.get(f"sessions/{session_id}")).json["state"]
    assert state["name"] == "Plans"
    assert state["files"] == ["a.ipynb"]
    assert state["participants"]["user:ann"]["role"] == "owner"
    listed = (await ann.get("sessions")).json
    assert listed["you"] == "user:ann"
    (mine,) = [s for s in listed["sessions"] if s["session_id"] == session_id]
    assert (mine["role"], mine["name"]) == ("owner", "Plans")
    assert listed["default_session"]


async def test_a_new_session_invites_the_people_it_names(ann: Person, ben: Person) -> None:
    """PA6."""
    session_id = await ann.create("Ours", participants=["ben", "user:ann"], role="commenter")
    invitations = (await ben.get("sessions")).json["invitations"]
    (waiting,) = [i for i in invitations if i["session_id"] == session_id]
    assert (waiting["by_name"], waiting["invite"]["role"]) == ("Ann", "commenter")


async def test_a_session_is_renamed_archived_reopened_and_deleted(ann: Person) -> None:
    """SE2, SE3."""
    session_id = await ann.create()
    path = f"sessions/{session_id}"
    assert (await ann.ask("PATCH", path, {"name": "New"})).json["name"] == "New"
    assert (await ann.ask("PATCH", path, {"archived": True})).json["status"] == "archived"
    refused = await ann.post(f"{path}/messages", {"body": "not any more"})
    assert (refused.status, refused.problem) == (409, "archived")
    assert (await ann.ask("PATCH", path, {"archived": False})).json["status"] == "active"
    tab = await join(ann, session_id)
    assert (await ann.ask("DELETE", path)).status == 204
    assert await tab.until_closed() == 4501
    assert tab.of("session.deleted")
    gone = await ann.get(path)
    assert (gone.status, gone.problem) == (404, "not_found")


async def test_reopening_renaming_and_archiving_go_in_one_request(ann: Person) -> None:
    """SE2."""
    session_id = await ann.create()
    await ann.ask("PATCH", f"sessions/{session_id}", {"archived": True})
    both = await ann.ask("PATCH", f"sessions/{session_id}", {"archived": False, "name": "Again"})
    assert (both.json["status"], both.json["name"]) == ("active", "Again")


async def test_only_an_owner_archives_and_deletes(ann: Person, ben: Person) -> None:
    """SE2, PA1."""
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    path = f"sessions/{session_id}"
    for method, body in (("PATCH", {"archived": True}), ("DELETE", None)):
        refused = await ben.ask(method, path, body)
        assert (refused.status, refused.problem) == (403, "forbidden")
    assert (await ben.ask("PATCH", path, {"name": "Ben may"})).status == 200


async def test_a_session_that_is_not_yours_looks_exactly_like_none(
    ann: Person, ben: Person
) -> None:
    """ID3: by every route below a session."""
    session_id = await ann.create()
    posted = await ann.say(session_id, "only for me")
    await ann.ask("PUT", f"sessions/{session_id}/context/k", {"value": 1, "base_version": 0})
    invite = await ann.post(f"sessions/{session_id}/invites", {"role": "viewer"})
    asked: list[tuple[str, str, object]] = [
        ("GET", "", None),
        ("PATCH", "", {"name": "mine"}),
        ("DELETE", "", None),
        ("GET", "/messages", None),
        ("POST", "/search", {"q": "only"}),
        ("POST", "/messages", {"body": "let me in"}),
        ("GET", f"/messages/{posted['message_id']}/history", None),
        ("GET", "/events", None),
        ("GET", "/export", None),
        ("GET", "/export?format=jsonl", None),
        ("GET", "/context", None),
        ("GET", "/context/k", None),
        ("PUT", "/context/k", {"value": 2, "base_version": 1}),
        ("DELETE", "/participants/user:ann", None),
        ("GET", "/invites", None),
        ("POST", "/invites", {"role": "viewer"}),
        ("DELETE", f"/invites/{invite.json['invite']['invite_id']}", None),
        ("GET", "/runs", None),
        ("POST", "/runs/a1/cancel", None),
    ]
    for method, rest, body in asked:
        foreign = await ben.ask(method, f"sessions/{session_id}{rest}", body)
        absent = await ben.ask(method, f"sessions/{'0' * 32}{rest}", body)
        assert foreign.status == absent.status == 404, (method, rest, foreign)
        assert foreign.body == absent.body
        assert foreign.problem == "not_found"
    for body in ({"session_id": session_id, "invite_id": invite.json["invite"]["invite_id"]},):
        task = await ben.post("agents/agent:notebook/tasks", {**body, "task": "help"})
        assert task.status in (400, 404)
    state = (await ann.get(f"sessions/{session_id}")).json["state"]
    assert (state["name"], list(state["participants"])) == ("Work", ["user:ann", "agent:notebook"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 201},
        {"name": "ok", "owner": "user:ben"},
        {"name": "ok", "participants": "ben"},
        {"name": "ok", "role": "king"},
        {"name": 7},
        ["name"],
        None,
    ],
)
async def test_a_body_that_makes_no_session_is_invalid(ann: Person, body: object) -> None:
    """FR2."""
    answer = await ann.post("sessions", body)
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_a_session_whose_invitations_are_refused_is_not_left_half_made(ann: Person) -> None:
    before = (await ann.get("sessions")).json["sessions"]
    answer = await ann.post("sessions", {"name": "Half", "participants": ["agent:nobody"]})
    assert answer.status in (400, 403, 404), answer
    assert (await ann.get("sessions")).json["sessions"] == before


async def test_nobody_else_can_be_invited_to_a_private_session(ann: Person) -> None:
    """SE4."""
    session_id = await ann.create("Mine", private=True)
    refused = await ann.post(f"sessions/{session_id}/invites", {"role": "viewer"})
    assert (refused.status, refused.problem) == (403, "forbidden")


async def test_everybody_may_come_into_the_default_session(ann: Person, ben: Person) -> None:
    """JO6."""
    session_id = (await ann.get("sessions")).json["default_session"]
    assert (await ben.get("sessions")).json["default_session"] == session_id
    for person in (ann, ben):
        tab = await join(person, session_id)
        assert tab.welcome["snapshot"]["default"] is True
        await tab.close()
    people = (await ann.get(f"sessions/{session_id}")).json["state"]["participants"]
    assert people["user:ann"]["role"] == people["user:ben"]["role"] == "editor"


async def test_known_people_can_be_invited_by_name(ann: Person, ben: Person) -> None:
    await ben.get("sessions")
    people = (await ann.get("people")).json
    assert {"user:ann", "user:ben"} <= {p["participant_id"] for p in people}
    assert set(people[0]) == {"participant_id", "name", "color", "initials"}
