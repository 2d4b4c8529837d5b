"""Messages over REST: post, page, search, history, the log."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running_server.http import Person
from running_server.tabs import join


async def test_a_posted_message_has_its_place_and_is_told(ann: Person) -> None:
    session_id = await ann.create()
    tab = await join(ann, session_id)
    posted = await ann.say(session_id, "from somewhere else")
    await tab.until(lambda t: t.of("chat.posted"))
    (event,) = tab.of("chat.posted")
    assert (event["seq"], event["message_id"]) == (posted["seq"], posted["message_id"])
    assert (event["actor"], event["body"]) == ("user:ann", "from somewhere else")
    await tab.close()


async def test_a_resend_with_the_same_ref_is_the_same_message(ann: Person) -> None:
    """LO3."""
    session_id = await ann.create()
    first = await ann.say(session_id, "once and only once", ref="r1")
    assert await ann.say(session_id, "once and only once", ref="r1") == first
    assert len((await ann.get(f"sessions/{session_id}/messages")).json["messages"]) == 1


async def test_messages_come_in_pages_from_the_end(ann: Person) -> None:
    session_id = await ann.create()
    path = f"sessions/{session_id}/messages"
    for number in range(7):
        await ann.say(session_id, f"message number {number}")
    last = (await ann.get(path, limit=3)).json
    assert [m["body"][-1] for m in last["messages"]] == ["4", "5", "6"]
    assert last["has_earlier"] is True
    rest = (await ann.get(path, limit=4, before=last["messages"][0]["seq"])).json
    assert [m["body"][-1] for m in rest["messages"]] == ["0", "1", "2", "3"]
    assert rest["has_earlier"] is False


async def test_a_thread_has_its_own_page(ann: Person) -> None:
    """CH4."""
    session_id = await ann.create()
    opening = await ann.say(session_id, "this opens a thread")
    await ann.say(session_id, "beside the thread")
    await ann.say(session_id, "inside the thread", reply_to=opening["message_id"])
    page = await ann.get(f"sessions/{session_id}/messages", thread=opening["message_id"])
    bodies = [m["body"] for m in page.json["messages"]]
    assert "inside the thread" in bodies
    assert "beside the thread" not in bodies


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=-1", "limit=ten", "before=0", "before=1e3", "before=٣"],
)
async def test_a_number_that_is_none_is_invalid(ann: Person, query: str) -> None:
    session_id = await ann.create()
    answer = await ann.ask("GET", f"sessions/{session_id}/messages?{query}")
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_the_search_finds_words_and_pages(ann: Person) -> None:
    """CH10."""
    session_id = await ann.create()
    for number in range(3):
        await ann.say(session_id, f"walrus colony number{number}")
    await ann.say(session_id, "something different entirely")
    path = f"sessions/{session_id}/search"
    page = (await ann.post(path, {"q": "colony walrus", "limit": 2})).json
    assert len(page["messages"]) == 2
    assert page["has_earlier"] is True
    assert (await ann.post(path, {"q": "walrus different"})).json["messages"] == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_is_a_question_for_the_search(searched: "Searched", query: str) -> None:
    """CH10."""
    searched.ask(query)


@pytest.mark.parametrize(
    "query", ['"', "a AND", "NEAR(a b)", "body:x", "*", "a*", "-a", "'; DROP TABLE x;--", "%", "\0"]
)
async def test_words_of_a_query_language_are_just_words(ann: Person, query: str) -> None:
    """CH10."""
    session_id = await ann.create()
    answer = await ann.post(f"sessions/{session_id}/search", {"q": query})
    assert answer.status == 200, answer


@pytest.mark.parametrize("limit", [0, 501, "ten"])
async def test_a_search_that_fails_leaves_no_word_in_the_log(ann: Person, limit: object) -> None:
    """CH10: every server of these tests is asked at its end whether a secret stands in its log."""
    session_id = await ann.create()
    asked = {"q": "whom everybody complains about", "limit": limit}
    answer = await ann.post(f"sessions/{session_id}/search", asked)
    assert (answer.status, answer.problem) == (400, "invalid")
    elsewhere = await ann.post("sessions/absent/search", {**asked, "limit": 5})
    assert elsewhere.status == 404
    assert asked["q"] in ann.server.secrets


async def test_every_text_a_message_had_stays_until_it_is_deleted(ann: Person) -> None:
    """CH2, CH3."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    posted = await ann.say(session_id, "the first text")
    history = f"sessions/{session_id}/messages/{posted['message_id']}/history"
    await tab.ask("chat.edit", message_id=posted["message_id"], body="the second text")
    versions = (await ann.get(history)).json
    assert [v["body"] for v in versions] == ["the first text", "the second text"]
    await tab.ask("chat.delete", message_id=posted["message_id"])
    assert [v["body"] for v in (await ann.get(history)).json] == []
    events = (await ann.get(f"sessions/{session_id}/events")).body
    assert b"the first text" not in events
    assert b"the second text" not in events
    found = await ann.post(f"sessions/{session_id}/search", {"q": "second"})
    assert found.json["messages"] == []
    missing = await ann.get(f"sessions/{session_id}/messages/absent/history")
    assert (missing.status, missing.problem) == (404, "not_found")
    await tab.close()


async def test_the_log_is_numbered_without_a_hole(ann: Person) -> None:
    """LO2, FR4."""
    session_id = await ann.create()
    for number in range(5):
        await ann.say(session_id, f"event number {number}")
    path = f"sessions/{session_id}/events"
    events = (await ann.get(path)).json
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert all(e["at"] and e["actor"] for e in events)
    assert (await ann.get(path, after=2, limit=2)).json == events[2:4]


async def test_newcomers_see_nothing_from_before_they_came_by_any_route(
    ann: Person, ben: Person
) -> None:
    """JO7."""
    session_id = await ann.create("Since", history="since_joined")
    secret = "rosebud was the sledge"
    posted = await ann.say(session_id, secret)
    await ann.ask("PUT", f"sessions/{session_id}/context/old", {"value": secret, "base_version": 0})
    await ann.bring(session_id, ben)
    await ann.say(session_id, "welcome to this place")
    for rest in (
        "messages",
        f"messages/{posted['message_id']}/history",
        f"messages?thread={posted['message_id']}",
        "messages?before=9",
        "events",
        "events?after=0",
        "export?format=md",
        "export?format=ipynb",
        "export?format=jsonl",
    ):
        answer = await ben.ask("GET", f"sessions/{session_id}/{rest}")
        assert secret.encode() not in answer.body, rest
    found = await ben.post(f"sessions/{session_id}/search", {"q": "rosebud"})
    assert found.json["messages"] == []
    for query in ({}, {"after": 0, "epoch": "x"}):
        tab = await join(ben, session_id, **query)
        assert secret not in str([m["body"] for m in tab.welcome["history"]])
        epoch = tab.welcome["epoch"]
        await tab.close()
    again = await join(ben, session_id, after=0, epoch=epoch)
    assert again.welcome["recovered"] is False
    assert secret not in str([m["body"] for m in again.welcome["history"]])
    await again.close()


class Searched:
    """Asks the search without an event loop of its own per question."""

    def __init__(self, ann: Person) -> None:
        import asyncio

        self.loop = asyncio.new_event_loop()
        self.ann = ann
        self.path = f"sessions/{self.loop.run_until_complete(ann.create())}/search"
        self.loop.run_until_complete(ann.say(self.path.split("/")[1], "some words to find"))

    def ask(self, query: str) -> None:
        answer = self.loop.run_until_complete(self.ann.post(self.path, {"q": query}))
        assert answer.status == 200, answer


@pytest.fixture
def searched(ann: Person):  # type: ignore[no-untyped-def]
    asking = Searched(ann)
    yield asking
    asking.loop.close()
