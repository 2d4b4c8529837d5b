"""The socket: welcome, resume, ends."""

import pytest
from running_server.http import Person, token_header
from running_server.process import RunningServer
from running_server.tabs import join
from tornado.httpclient import HTTPClientError


async def test_the_welcome_comes_first_and_has_the_whole_state(ann: Person) -> None:
    """JO1, JO3."""
    session_id = await ann.create("Hello")
    await ann.say(session_id, "said before the tab")
    tab = await join(ann, session_id, protocol=1)
    welcome = tab.welcome
    assert welcome["you"] == "user:ann"
    assert welcome["recovered"] is False
    assert welcome["snapshot"]["name"] == "Hello"
    assert welcome["head_seq"] == welcome["snapshot"]["last_seq"]
    assert [m["body"] for m in welcome["history"]] == ["said before the tab"]
    assert {"post", "delete_session"} <= set(welcome["permissions"])
    assert welcome["limits"]["max_message"] == 64 * 1024
    await tab.close()


async def test_two_people_see_the_same_message_at_the_same_place(ann: Person, ben: Person) -> None:
    """FR3, LO2."""
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    tabs = [await join(ann, session_id), await join(ben, session_id)]
    ack = await tabs[0].ask("chat.post", body="hello to both of you")
    for tab in tabs:
        await tab.until(lambda t: t.of("chat.posted"))
        (event,) = tab.of("chat.posted")
        assert (event["seq"], event["actor"]) == (ack["seq"], "user:ann")
        await tab.close()


async def test_who_comes_back_gets_exactly_what_was_missed(ann: Person) -> None:
    """JO2."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    epoch, seen = tab.welcome["epoch"], tab.welcome["head_seq"]
    await tab.close()
    missed = [(await ann.say(session_id, f"missed number {n}"))["seq"] for n in range(5)]
    back = await join(ann, session_id, after=seen, epoch=epoch)
    assert back.welcome["recovered"] is True
    assert back.welcome["snapshot"] is None
    assert back.welcome["history"] == []
    await back.until(lambda t: len(t.of("chat.posted")) == 5)
    assert [e["seq"] for e in back.of("chat.posted")] == missed
    await back.close()


@pytest.mark.parametrize(
    "query",
    [
        {"after": 1, "epoch": "another"},
        {"after": 10_000},
        {"after": "-1"},
        {"after": "x"},
        {"after": "9" * 40},
        {"epoch": "e"},
        {"after": "٣"},
    ],
)
async def test_who_cannot_be_told_what_was_missed_gets_everything(
    ann: Person, query: dict[str, object]
) -> None:
    """JO3."""
    session_id = await ann.create()
    fresh = await join(ann, session_id)
    await fresh.close()
    tab = await join(ann, session_id, **{"epoch": fresh.welcome["epoch"], **query})
    assert tab.welcome["recovered"] is False
    assert tab.welcome["snapshot"]
    await tab.close()


@pytest.mark.parametrize("version", ["99", "0", "", "1.0", "x"])
async def test_another_protocol_is_asked_to_reload(ann: Person, version: str) -> None:
    """JO5."""
    tab = await join(ann, await ann.create(), welcomed=False, protocol=version)
    assert await tab.until_closed() == 4503
    assert tab.told[0]["code"] == "unsupported_protocol"
    assert "Reload" in tab.told[0]["message"]


async def test_a_session_that_is_not_yours_ends_as_one_that_does_not_exist(
    ann: Person, ben: Person
) -> None:
    """ID3."""
    session_id = await ann.create()
    ends = []
    for asked in (session_id, "0" * 32):
        tab = await join(ben, asked, welcomed=False)
        ends.append((await tab.until_closed(), tab.told))
    assert ends[0] == ends[1]
    assert ends[0][0] == 4504
    assert ends[0][1][0]["code"] == "not_found"


async def test_without_a_login_there_is_no_socket(server: RunningServer, dan: Person) -> None:
    """ID2."""
    for headers in ({}, token_header("wrong"), dan.headers):
        with pytest.raises(HTTPClientError) as refused:
            await join(Person(server, headers=headers), "a1")
        assert refused.value.code == 403


async def test_one_person_in_three_tabs_is_one_participant(ann: Person, ben: Person) -> None:
    """ID4, CH9."""
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    watching = await join(ben, session_id)
    tabs = [await join(ann, session_id) for _ in range(3)]
    await watching.until(
        lambda t: any(
            e["presence"]["participant_id"] == "user:ann" and e["presence"]["connections"] == 3
            for e in t.of("presence.changed")
        )
    )
    await tabs[0].ask("chat.read", read_seq=3)
    for tab in tabs:
        await tab.until(lambda t: t.of("chat.read_changed"))
    assert watching.of("chat.read_changed") == []
    for tab in (*tabs, watching):
        await tab.close()


async def test_somebody_mentioned_elsewhere_is_told(ann: Person, ben: Person) -> None:
    """CH5."""
    session_id = await ann.create("There")
    await ann.bring(session_id, ben)
    elsewhere = await join(ben, await ben.create("Here"))
    await ann.say(session_id, "@Ben have a look")
    await elsewhere.until(lambda t: t.of("chat.mentioned"))
    assert elsewhere.of("chat.mentioned")[0]["session_name"] == "There"
    await elsewhere.close()
