"""Invitations over REST: to people, as links; what they are worth and until when."""

import asyncio

import pytest
from running_server.http import Person
from running_server.process import RunningServer
from running_server.tabs import join


async def link(person: Person, session_id: str, **fields: object) -> dict[str, object]:
    """A fresh invitation link."""
    answer = await person.post(f"sessions/{session_id}/invites", {"role": "editor", **fields})
    assert answer.status == 201, answer
    made: dict[str, object] = answer.json
    return made


async def test_a_link_leads_in_with_its_role(ann: Person, ben: Person) -> None:
    """PA7."""
    session_id = await ann.create("Linked")
    made = await link(ann, session_id, role="commenter")
    joined = await ben.post("invites/accept", {"token": made["token"]})
    assert joined.json == {"session_id": session_id, "name": "Linked"}
    state = (await ben.get(f"sessions/{session_id}")).json["state"]
    assert state["participants"]["user:ben"]["role"] == "commenter"


async def test_the_token_of_a_link_is_in_no_event_and_no_log(
    server: RunningServer, ann: Person, ben: Person
) -> None:
    """PA7."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    made = await link(ann, session_id)
    await ben.post("invites/accept", {"token": made["token"]})
    await tab.until(lambda t: t.of("participant.joined"))
    token = str(made["token"])
    assert token in server.secrets
    assert token not in str(tab.told)
    assert token.encode() not in (await ann.get(f"sessions/{session_id}/events")).body
    assert token not in server.log.text
    await tab.close()


async def test_a_revoked_link_is_worth_nothing(ann: Person, ben: Person) -> None:
    """PA7."""
    session_id = await ann.create()
    made = await link(ann, session_id)
    invite_id = made["invite"]["invite_id"]  # type: ignore[index]
    assert (await ann.ask("DELETE", f"sessions/{session_id}/invites/{invite_id}")).status == 204
    refused = await ben.post("invites/accept", {"token": made["token"]})
    assert (refused.status, refused.problem) == (404, "not_found")


async def test_a_link_for_one_use_is_used_once(ann: Person, ben: Person, cara: Person) -> None:
    """PA7."""
    session_id = await ann.create()
    made = await link(ann, session_id, uses=1)
    assert (await ben.post("invites/accept", {"token": made["token"]})).status == 200
    await ben.post("invites/accept", {"token": made["token"]})
    invites = (await ann.get(f"sessions/{session_id}/invites")).json
    assert made["invite"]["invite_id"] not in [i["invite"]["invite_id"] for i in invites]  # type: ignore[index]


async def test_an_open_link_can_be_shown_again(ann: Person) -> None:
    session_id = await ann.create()
    made = await link(ann, session_id)
    (listed,) = (await ann.get(f"sessions/{session_id}/invites")).json
    assert listed == made


@pytest.mark.parametrize("change", ["", "x", ".x", "..", "é", "\0"])
async def test_a_token_that_was_changed_is_not_valid(ann: Person, ben: Person, change: str) -> None:
    session_id = await ann.create()
    token = str((await link(ann, session_id))["token"])
    for wrong in (token[:-1] + change, change + token[1:], token + change * 3, change):
        if wrong != token:
            refused = await ben.post("invites/accept", {"token": wrong})
            assert (refused.status, refused.problem) == (404, "not_found"), wrong


async def test_a_token_of_one_session_does_not_open_another(ann: Person, ben: Person) -> None:
    mine, other = await ann.create(), await ann.create()
    token = str((await link(ann, mine))["token"])
    _, _, rest = token.partition(".")
    refused = await ben.post("invites/accept", {"token": f"{other}.{rest}"})
    assert (refused.status, refused.problem) == (404, "not_found")


@pytest.mark.parametrize(
    "body", [{}, {"token": 5}, {"session_id": "a"}, {"invite_id": "a"}, {"token": "a", "role": "x"}]
)
async def test_an_answer_to_no_invitation_is_invalid(ben: Person, body: object) -> None:
    answer = await ben.post("invites/accept", body)
    assert (answer.status, answer.problem) == (400, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        {"role": "king"},
        {"role": "viewer", "expires_in": 59},
        {"role": "viewer", "uses": 0},
        {"role": "viewer", "participant_id": ""},
        {"role": "viewer", "participant_id": "nobody's id"},
        {"role": "viewer", "by": "user:ben"},
    ],
)
async def test_an_invitation_that_is_none_is_invalid(ann: Person, body: object) -> None:
    answer = await ann.post(f"sessions/{await ann.create()}/invites", body)
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_nobody_invites_above_their_own_role(ann: Person, ben: Person) -> None:
    """PA3."""
    session_id = await ann.create()
    await ann.bring(session_id, ben, "editor")
    refused = await ben.post(f"sessions/{session_id}/invites", {"role": "owner"})
    assert (refused.status, refused.problem) == (403, "forbidden")


async def test_an_invitation_by_name_reaches_open_tabs_and_can_be_declined(
    ann: Person, ben: Person
) -> None:
    """PA6."""
    elsewhere = await join(ben, (await ben.get("sessions")).json["default_session"])
    session_id = await ann.create("Come")
    await link(ann, session_id, participant_id="user:ben")
    await elsewhere.until(lambda t: t.of("invite.received"))
    told = elsewhere.of("invite.received")[-1]
    assert (told["session_name"], told["by_name"]) == ("Come", "Ann")
    answer = {"session_id": session_id, "invite_id": told["invite_id"], "accept": False}
    assert (await ben.post("invites/accept", answer)).status == 204
    assert (await ben.get(f"sessions/{session_id}")).status == 404
    again = await ben.post("invites/accept", {**answer, "accept": True})
    assert (again.status, again.problem) == (404, "not_found")
    await elsewhere.close()


async def test_somebody_elses_invitation_is_not_mine(
    ann: Person, ben: Person, cara: Person
) -> None:
    session_id = await ann.create()
    made = await link(ann, session_id, participant_id="user:cara")
    assert made["token"] is None
    invite_id = made["invite"]["invite_id"]  # type: ignore[index]
    for accept in (True, False):
        taken = await ben.post(
            "invites/accept", {"session_id": session_id, "invite_id": invite_id, "accept": accept}
        )
        assert (taken.status, taken.problem) == (404, "not_found")


async def test_who_is_removed_loses_the_tabs_and_who_is_banned_stays_out(
    ann: Person, ben: Person
) -> None:
    """PA4."""
    session_id = await ann.create()
    made = await link(ann, session_id)
    await ann.bring(session_id, ben)
    tab = await join(ben, session_id)
    path = f"sessions/{session_id}/participants/user:ben"
    refused = await ben.ask("DELETE", f"sessions/{session_id}/participants/user:ann")
    assert (refused.status, refused.problem) == (403, "forbidden")
    assert (await ann.ask("DELETE", path)).status == 204
    assert await tab.until_closed() == 4500
    assert tab.of("participant.removed")
    assert (await ben.get(f"sessions/{session_id}")).status == 404
    await ann.bring(session_id, ben)
    assert (await ann.ask("DELETE", path + "?ban=1")).status == 204
    back = await ben.post("invites/accept", {"token": made["token"]})
    assert (back.status, back.problem) == (403, "banned")
    outside = await join(ben, session_id, welcomed=False)
    assert await outside.until_closed() == 4504


async def test_a_race_for_the_last_use_of_a_link_has_one_winner(
    ann: Person, ben: Person, cara: Person, server: RunningServer
) -> None:
    """LO6, PA7."""
    session_id = await ann.create()
    made = await link(ann, session_id, uses=1)
    server.set_rights("cara", "read", "write")
    try:
        answers = await asyncio.gather(
            *(p.post("invites/accept", {"token": made["token"]}) for p in (ben, cara))
        )
    finally:
        server.set_rights("cara", "read")
    assert sorted(a.status for a in answers) == [200, 404]


async def test_a_link_that_is_followed_without_a_login_leaves_no_token_in_the_log(
    ann: Person, server: RunningServer
) -> None:
    """PA7."""
    session_id = await ann.create()
    link = await ann.post(f"sessions/{session_id}/invites", {"role": "viewer"})
    token = link.json["token"]
    stranger = Person(server, headers={})
    answer = await stranger.ask("GET", "/lab", **{"collab-invite": token})
    assert answer.status in (302, 403, 404)
    assert token in server.secrets
    await asyncio.to_thread(server.log.wait_for, "collab-invite=[secret]")
    assert server.spilled() == []
