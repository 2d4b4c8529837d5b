import pytest

from jupyter_collab_agents.agents.router import (
    MAX_HOPS,
    Reason,
    alone,
    can_answer,
    route,
    without_mention,
)
from jupyter_collab_agents.protocol.participants import Membership, Role
from jupyter_collab_agents.protocol.sessions import SessionStatus
from jupyter_collab_agents.testing import person

from .scene import info, member, message, profile_of, session, thread

AGENT, ECHO, THIRD, FOURTH = "agent:notebook", "agent:echo", "agent:third", "agent:fourth"
TWO_PEOPLE = session("ann", "ben", AGENT, ECHO, THIRD, FOURTH)
PRIVATE = session("ann", AGENT, private=True)


def agent(name, **more):
    return member(profile_of(info(name)), **more)


def ids(state, said, **more):
    return list(route(state, said, **more).agent_ids)


# (what is said, reply_to, who answers with an auto-responder set to notebook)
TABLE = [
    ("a mention", message(mentions=[ECHO]), None, [ECHO]),
    ("mentions in their order", message(mentions=[ECHO, AGENT]), None, [ECHO, AGENT]),
    (
        "three at most",
        message(mentions=[AGENT, ECHO, THIRD, FOURTH]),
        None,
        [AGENT, ECHO, THIRD],
    ),
    ("a mention beside a person", message(mentions=["user:ben", ECHO]), None, [ECHO]),
    ("a mention in a reply to another agent", message(mentions=[ECHO]), AGENT, [ECHO]),
    ("a reply to an agent", message(), ECHO, [ECHO]),
    ("a reply to an agent that mentions a person", message(mentions=["user:ben"]), ECHO, []),
    ("a mention of a person", message(mentions=["user:ben"]), None, []),
    ("a reply to a person", message(), "user:ben", []),
    ("a reply to oneself", message(), "user:ann", [AGENT]),
    ("plain words", message(), None, [AGENT]),
    ("plain words of an agent", message(author=ECHO), None, []),
    ("an agent replies to an agent", message(author=ECHO), AGENT, []),
    ("an agent mentions an agent", message(author=ECHO, mentions=[AGENT]), None, [AGENT]),
    ("an agent mentions itself", message(author=ECHO, mentions=[ECHO]), None, []),
    ("a deleted message", message(mentions=[ECHO], deleted_by="user:ann"), None, []),
    ("a stranger", message(author="user:eve", mentions=[ECHO]), None, []),
    ("a mention of an unknown agent", message(mentions=["agent:gone"]), None, []),
]


@pytest.mark.parametrize(
    ("said", "reply_to", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_who_answers(said, reply_to, expected):
    """AG2, AG3."""
    assert ids(TWO_PEOPLE, said, reply_to=reply_to, auto_responder=AGENT) == expected


def test_without_an_auto_responder_plain_words_get_no_answer():
    assert ids(TWO_PEOPLE, message()) == []
    assert route(TWO_PEOPLE, message()).reason is None


@pytest.mark.parametrize(("hops", "answers"), [(1, True), (MAX_HOPS, True), (MAX_HOPS + 1, False)])
def test_a_chain_of_agents_ends(hops, answers):
    """AG3."""
    assert MAX_HOPS == 3
    said = message(author=ECHO, mentions=[AGENT])
    assert ids(TWO_PEOPLE, said, hops=hops) == ([AGENT] if answers else [])


@pytest.mark.parametrize(
    "state",
    [
        session("ann", "ben", agent("notebook", muted=True)),
        session("ann", "ben", AGENT, muted=True),
        session("ann", "ben", AGENT, status=SessionStatus.ARCHIVED),
        session("ann", "ben", agent("notebook", role=Role.VIEWER)),
        session("ann", "ben", agent("notebook", membership=Membership.REMOVED)),
    ],
    ids=["agent muted", "session muted", "archived", "viewer", "removed"],
)
def test_who_may_not_speak_does_not_answer(state):
    """PA8: a muted agent is one of them."""
    assert not can_answer(state, AGENT)
    assert ids(state, message(mentions=[AGENT])) == []
    assert ids(state, message(), reply_to=AGENT) == []
    assert ids(state, message(), auto_responder=AGENT) == []


def test_a_mention_of_a_muted_agent_goes_to_no_other():
    state = session("ann", agent("notebook", muted=True), ECHO)
    assert ids(state, message(mentions=[AGENT]), auto_responder=ECHO) == []
    assert ids(state, message(mentions=[AGENT, ECHO])) == [ECHO]


def test_in_a_private_session_everything_goes_to_the_one_agent():
    found = route(PRIVATE, message("hello"))
    assert found.agent_ids == (AGENT,)
    assert found.reason is Reason.PRIVATE
    assert ids(PRIVATE, message(), reply_to="user:ann") == [AGENT]
    assert ids(PRIVATE, message(author=AGENT)) == []


def test_in_a_private_session_with_two_agents_one_has_to_say_whom():
    state = session("ann", AGENT, ECHO, private=True)
    assert ids(state, message()) == []
    assert ids(state, message(mentions=[ECHO])) == [ECHO]


def test_a_muted_agent_of_a_private_session_is_not_replaced():
    state = session("ann", agent("notebook", muted=True), private=True)
    assert ids(state, message(), auto_responder=AGENT) == []


def test_a_thread_between_a_person_and_an_agent_goes_on():
    state = session("ann", "ben", AGENT, threads={"m0": thread("user:ann", AGENT)})
    found = route(state, message(thread_id="m0"), reply_to="user:ann")
    assert found.agent_ids == (AGENT,)
    assert found.reason is Reason.THREAD


def test_a_thread_in_which_others_speak_needs_a_mention():
    state = session("ann", "ben", AGENT, threads={"m0": thread("user:ann", "user:ben", AGENT)})
    assert ids(state, message(thread_id="m0"), reply_to="user:ann") == []
    state = session("ann", "ben", AGENT, threads={"m0": thread("user:ann", "user:ben")})
    assert ids(state, message(thread_id="m0"), reply_to="user:ann") == []


def test_alone_counts_people_who_are_members():
    assert alone(session("ann", AGENT))
    assert not alone(TWO_PEOPLE)
    assert alone(session("ann", member(person("ben"), membership=Membership.LEFT)))


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("@notebook explain", "explain"),
        ("@Notebook, explain cell 4", "explain cell 4"),
        ("@notebook: check", "check"),
        ('@"notebook" check', "check"),
        ("please @notebook check", "please check"),
        ("check, @notebook", "check,"),
        ("@notebook", ""),
        ("@notebooks are fun", "@notebooks are fun"),
        ("@notebook.lee hello", "@notebook.lee hello"),
        ("ann@notebook.org", "ann@notebook.org"),
        ("@echo and @notebook count", "@echo and count"),
        ("say  two  blanks", "say two blanks"),
        ("@notebook\nline one\nline two", "line one\nline two"),
    ],
)
def test_an_agent_does_not_see_its_own_mention(body, asked):
    assert without_mention(body, info("notebook")) == asked
