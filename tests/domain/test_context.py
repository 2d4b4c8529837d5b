import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.decisions import Setting
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.context import DeleteContext, SetContext
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Role

from .scene import BEN, CLEO, Scene, outcome, refused


@pytest.fixture
def scene():
    scene = Scene(setting=Setting(65536, 20, max_context_value=20, max_context_keys=3))
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    return scene


def put(key, value, base):
    return SetContext(ref="r", key=key, value=value, base_version=base)


def drop(key, base):
    return DeleteContext(ref="r", key=key, base_version=base)


def test_a_key_grows_version_by_version(scene):
    scene.do(put("goal", "explain", 0))
    scene.do(put("goal", {"a": [1]}, 1), BEN)
    entry = scene.state.context["goal"]
    assert (entry.value, entry.version, entry.by) == ({"a": [1]}, 2, "user:ben")
    scene.do(drop("goal", 2))
    assert scene.state.context == {}


def test_a_version_that_somebody_saw_never_comes_again(scene):
    """CO1: neither after a deletion nor after a deletion of something newer."""
    for n in range(3):
        scene.do(put("goal", f"old {n}", n))
    scene.do(drop("goal", 3))
    scene.do(put("goal", "new", 0))
    assert scene.state.context["goal"].version == 4
    scene.do(put("goal", "newer", 4))
    for seen in (1, 2, 3):
        with refused(ErrorCode.CONFLICT, "version 5"):
            scene.do(put("goal", "late", seen))
    scene.do(put("other", 1, 0))
    scene.do(drop("goal", 5))
    scene.do(drop("other", scene.state.context["other"].version))
    scene.do(put("goal", "again", 0))
    assert scene.state.context["goal"].version == 6


def test_who_was_slower_learns_the_version(scene):
    scene.do(put("goal", 1, 0))
    scene.do(put("goal", 2, 1), BEN)
    with refused(ErrorCode.CONFLICT, "Ben changed “goal”: it is at version 2 now"):
        scene.do(put("goal", 3, 1))
    with refused(ErrorCode.CONFLICT, "version 2"):
        scene.do(put("goal", 3, 0))
    with refused(ErrorCode.CONFLICT, "version 2"):
        scene.do(drop("goal", 1))
    with refused(ErrorCode.CONFLICT, "version 0"):
        scene.do(put("other", 3, 1))
    with refused(ErrorCode.NOT_FOUND, "no “other”"):
        scene.do(drop("other", 0))


def test_the_same_value_is_no_change_but_true_is_not_one(scene):
    scene.do(put("a", {"x": 1, "y": 2}, 0))
    assert scene.do(put("a", {"y": 2, "x": 1}, 1)).events == []
    assert scene.do(put("a", {"x": True, "y": 2}, 1)).events


def test_values_and_keys_are_bounded(scene):
    scene.do(put("a", "x" * 18, 0))
    with refused(ErrorCode.TOO_LARGE, "21 bytes; 20 are allowed"):
        scene.do(put("a", "x" * 19, 1))
    scene.do(put("b", 1, 0))
    scene.do(put("c", 1, 0))
    with refused(ErrorCode.TOO_LARGE, "Delete one first"):
        scene.do(put("d", 1, 0))
    scene.do(put("c", 2, 1))


def test_commenters_only_read_it(scene):
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners"):
        scene.do(put("a", 1, 0), CLEO)
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners"):
        scene.do(drop("a", 0), CLEO)


@pytest.mark.parametrize("key", ["", " a", "a\n", "a ", "-a", "a<b", "a" * 101, "a\u202e"])
def test_keys_are_plain(scene, key):
    with refused(ErrorCode.INVALID, "A key has"):
        scene.do(put(key, 1, 0))


def test_keys_that_look_the_same_are_the_same(scene):
    scene.do(put("re\u0301sume\u0301", 1, 0))
    assert set(scene.state.context) == {"résumé"}


def test_values_are_json(scene):
    cycle: list = []
    cycle.append(cycle)
    for value in (object(), cycle, {("a",): 1}):
        with refused(ErrorCode.INVALID, "not JSON"):
            scene.do(put("a", value, 0))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text(st.characters(codec=None)), JSON)
def test_any_key_and_value_is_taken_or_refused(key, value):
    scene = Scene()
    answer = outcome(scene.do, put(key, value, 0))
    if isinstance(answer, Refusal):
        assert scene.state.context == {}
    else:
        (entry,) = scene.state.context.values()
        assert entry.version == 1
