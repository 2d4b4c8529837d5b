"""From Jupyter's user to the participant that others see."""

import pytest
from jupyter_server.auth import User
from running_server.http import Person
from running_server.process import ALL, ServerFactory
from running_server.tabs import join

from jupyter_collab_agents.protocol.participants import Kind
from jupyter_collab_agents.transport.identity import MAX_AVATAR, PALETTE, profile_of


def test_a_person_is_shown_as_the_identity_provider_says() -> None:
    """ID1."""
    profile = profile_of(User("ann", "Ann B. Cole", "Ann Cole", None, None, "#c2410c"))
    assert (profile.participant_id, profile.kind) == ("user:ann", Kind.USER)
    assert (profile.name, profile.initials, profile.color) == ("Ann Cole", "AC", "#c2410c")
    assert profile.anonymous is False


@pytest.mark.parametrize(
    ("given", "initials"),
    [("Ann", "A"), ("ann cole", "AC"), ("ann.cole", "AC"), ("AC", "AC"), ("日本 太郎", "日太")],
)
def test_initials_are_short(given: str, initials: str) -> None:
    assert profile_of(User("x", given, given)).initials == initials


@pytest.mark.parametrize(
    "color", [None, "", "red", "url(https://evil.example)", "#12345", "#1234567"]
)
def test_a_color_that_is_none_is_chosen_by_name(color: str | None) -> None:
    chosen = profile_of(User("x", "X", "X", None, None, color)).color
    assert chosen in PALETTE
    assert profile_of(User("x", "Y", "Y")).color == chosen


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("data:image/png;base64,AAAA", True),
        ("https://elsewhere.example/me.png", False),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("data:image/png;base64," + "A" * MAX_AVATAR, False),
        (None, False),
    ],
)
def test_only_small_pictures_that_come_along_are_shown(url: str | None, kept: bool) -> None:
    shown = profile_of(User("x", "X", "X", None, url, None)).avatar_url
    assert shown == (url if kept else None)


@pytest.mark.parametrize("name", ["\u200b", "\u202e", "\n", "x" * 5000])
def test_a_name_of_nothing_or_without_an_end_is_replaced(name: str) -> None:
    assert profile_of(User("x", name, name)).name in ("Someone", "x")


def test_a_generated_identity_is_anonymous_and_a_person_of_that_name_is_not() -> None:
    """ID5."""
    assert profile_of(User("0123456789abcdef" * 2, "Anonymous Io", "Anonymous Io")).anonymous
    assert not profile_of(User("io", "Anonymous Io", "Anonymous Io")).anonymous


async def test_usernames_without_measure_break_no_session(running_server: ServerFactory) -> None:
    """ID1: what is stored can be read again after a restart."""
    names = ["u" * 300, "u" * 299 + "v", "we\u0000ird\n", "a b/c:d", "ü" * 190]
    server = running_server(people={name: ALL for name in names}, traits={})
    ids = set()
    for name in names:
        person = Person(server, name)
        tab = await join(person, (await person.get("sessions")).json["default_session"])
        assert (await tab.ask("chat.post", body="I have a strange name"))["type"] == "ack"
        ids.add(tab.welcome["you"])
        await tab.close()
    assert len(ids) == len(names)
    server.kill()
    server.start()
    person = Person(server, names[0])
    tab = await join(person, (await person.get("sessions")).json["default_session"])
    assert ids <= set(tab.welcome["snapshot"]["participants"])
    assert {m["author"] for m in tab.welcome["history"]} == ids
    await tab.close()
