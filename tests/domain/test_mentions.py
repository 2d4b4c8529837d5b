import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.mentions import mentioned
from jupyter_collab_agents.protocol.participants import Membership, Participant, Role

from .scene import person, robot


def members(*profiles, membership=Membership.MEMBER):
    return {
        profile.participant_id: Participant(
            profile=profile,
            role=Role.EDITOR,
            membership=membership,
            joined_at=0,
            joined_seq=1,
            muted=False,
        )
        for profile in profiles
    }


HERE = members(
    person("ann", display="Ann Lee"),
    person("ann.lee", display="Another Ann"),
    person("ben@example.org"),
    person("rené"),
    person("kim", display="김철수"),
    robot("notebook"),
    robot("echo"),
)


def names(body):
    return [participant_id.partition(":")[2] for participant_id in mentioned(body, HERE)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("hello", []),
        ("@ann look", ["ann"]),
        ("@ANN and @NoteBook", ["ann", "notebook"]),
        ("@echo then @ann then @echo", ["echo", "ann"]),
        ("thanks @ann.", ["ann"]),
        ("(@ann, @echo: both)", ["ann", "echo"]),
        ("@ann's cell", ["ann"]),
        ("@ann/@echo", ["ann", "echo"]),
        ("@ann.lee is not @ann", ["ann.lee", "ann"]),
        ("@ann.lee.", ["ann.lee"]),
        ("@anna @ann_x @ann-marie @ann.bo @annä", []),
        ("@ben@example.org hi", ["ben@example.org"]),
        ("write to ben@example.org or x.y+z@echo", []),
        ("@ben", []),
        ("@rene\u0301 @RENÉ", ["rené"]),
        ("@annさん、@echo请看", ["ann", "echo"]),
        ("请@ann看", ["ann"]),
        ('@"Ann Lee" please', ["ann"]),
        ('@"ann lee" @"another  ANN"', ["ann", "ann.lee"]),
        ('@"김철수"', ["kim"]),
        ('@"echo"', ["echo"]),
        ('@"nobody" @"Ann Lee', []),
        ("\\@ann", []),
        ("@ ann @", []),
        ("@@ann", []),
        ("https://example.org/@ann and @echo", ["echo"]),
        ("`@ann` and @echo", ["echo"]),
        ("``a ` @ann`` @echo", ["echo"]),
        ("a ` tick, @ann", ["ann"]),
        ("a ` tick\n\nand @ann and ` another", ["ann"]),
        ("```\n@ann\n```\n@echo", ["echo"]),
        ("~~~ python\n@ann\n```\n~~~\n@echo", ["echo"]),
        ("````\n```\n@ann\n````\n@echo", ["echo"]),
        ("```never closed\n@ann", []),
        ("``` not a fence ``` @ann", ["ann"]),
        ("> @ann said\n@echo", ["echo"]),
        ("  > > @ann\n\n>@ann\na > b @echo", ["echo"]),
        ("@nobody", []),
    ],
)
def test_who_is_mentioned(body, found):
    assert names(body) == found


@pytest.mark.parametrize("gone", [Membership.LEFT, Membership.REMOVED, Membership.BANNED])
def test_only_members_are_mentioned(gone):
    assert mentioned("@ann", members(person("ann"), membership=gone)) == []


def test_a_shared_name_means_everybody_who_has_it():
    here = members(person("a", display="Sam"), person("b", display="sam"))
    assert mentioned('@"Sam"', here) == ["user:a", "user:b"]


def test_nobody_mentions_a_thousand_times():
    assert mentioned("@x " * 1000 + "@ann", HERE) == []


@given(
    st.lists(st.sampled_from(["@ann", "@", '"', "`", "``", "```", "~~~", ">", "\n", " ", "a", "."]))
)
def test_any_text_has_mentions_of_members_each_once(pieces):
    found = mentioned("".join(pieces), HERE)
    assert len(set(found)) == len(found)
    assert set(found) <= set(HERE)


@given(st.text(st.characters(codec=None)))
def test_no_text_is_too_strange(body):
    assert set(mentioned(f"@ann{body}", HERE)) <= set(HERE)
    assert mentioned(f"@ann {body}", HERE)[:1] == ["user:ann"]


@given(st.text(st.sampled_from("ab.-@_ é"), min_size=1, max_size=12))
def test_whoever_is_quoted_by_name_is_found(display):
    if display.strip():
        assert mentioned(f'@"{display}"', members(person("x", display=display))) == ["user:x"]
