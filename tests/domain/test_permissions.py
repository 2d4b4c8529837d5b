import pytest
from msgspec.structs import replace

from jupyter_collab_agents.domain.permissions import (
    ALL_RIGHTS,
    RANK,
    TABLE,
    Action,
    Rights,
    may_own,
    permitted,
    require,
    role_of,
)
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import MuteParticipant, RemoveParticipant, Role
from jupyter_collab_agents.protocol.sessions import ArchiveSession, MuteSession

from .scene import ANN, BEN, CLEO, DAN, ECHO, GUEST, READ_ONLY, Scene, outcome, refused

VIEWER = {Action.READ, Action.EXPORT}
COMMENTER = VIEWER | {
    Action.POST,
    Action.REACT,
    Action.EDIT_OWN,
    Action.DELETE_OWN,
    Action.START_RUN,
    Action.CANCEL_OWN_RUN,
    Action.PROPOSE,
}
EDITOR = COMMENTER | {
    Action.SET_CONTEXT,
    Action.SET_FILES,
    Action.SET_ACTIVE_FILE,
    Action.INVITE,
    Action.ADD_AGENT,
    Action.BRING,
    Action.RENAME,
    Action.REPORT_EDIT,
    Action.LOCK,
    Action.REVIEW,
    Action.MUTE,
    Action.CANCEL_ANY_RUN,
}


@pytest.fixture
def scene():
    scene = Scene()
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    scene.add(DAN, Role.VIEWER)
    return scene


def test_the_table_names_every_action():
    assert set(TABLE) == set(Action)


def test_each_role_may_what_the_one_below_may_and_more(scene):
    assert scene.may(DAN) == VIEWER
    assert scene.may(CLEO) == COMMENTER
    assert scene.may(BEN) == EDITOR
    assert scene.may(ANN) == set(Action)
    assert scene.may(ECHO) == COMMENTER


def test_who_is_not_a_member_may_nothing(scene):
    assert scene.may(GUEST) == set()
    scene.do(RemoveParticipant(ref="r", participant_id=BEN.participant_id))
    assert scene.may(BEN) == set()


def test_a_role_never_widens_what_the_account_may_do(scene):
    assert scene.may(ANN, READ_ONLY) == VIEWER
    assert scene.may(ANN, Rights(read=False, write=False, execute=False)) == set()
    without_execute = Rights(read=True, write=True, execute=False)
    assert set(Action) - scene.may(ANN, without_execute) == {
        Action.START_RUN,
        Action.CANCEL_OWN_RUN,
    }
    with refused(ErrorCode.FORBIDDEN, "may not write"):
        require(scene.state, ANN.participant_id, READ_ONLY, Action.RENAME)


def test_an_archived_session_can_be_read_exported_reopened_and_deleted(scene):
    scene.do(ArchiveSession(ref="r"))
    assert scene.may(ANN) == VIEWER | {Action.REOPEN, Action.DELETE_SESSION}
    assert scene.may(BEN) == VIEWER
    with refused(ErrorCode.ARCHIVED, "reopen"):
        require(scene.state, CLEO.participant_id, ALL_RIGHTS, Action.POST)


def test_a_muted_participant_may_not_speak_in_any_way(scene):
    """PA8."""
    scene.do(MuteParticipant(ref="r", participant_id=CLEO.participant_id, muted=True))
    assert COMMENTER - scene.may(CLEO) == {
        Action.POST,
        Action.REACT,
        Action.EDIT_OWN,
        Action.START_RUN,
        Action.PROPOSE,
    }
    with refused(ErrorCode.MUTED, "You are muted"):
        require(scene.state, CLEO.participant_id, ALL_RIGHTS, Action.REACT)


def test_in_a_muted_session_only_owners_post_and_nobody_asks_agents(scene):
    """PA8."""
    scene.do(MuteSession(ref="r", muted=True))
    assert EDITOR - scene.may(BEN) == {Action.POST, Action.EDIT_OWN, Action.START_RUN}
    assert set(Action) - scene.may(ANN) == {Action.START_RUN}
    with refused(ErrorCode.MUTED, "only owners"):
        require(scene.state, BEN.participant_id, ALL_RIGHTS, Action.POST)
    with refused(ErrorCode.MUTED, "agents do not answer"):
        require(scene.state, ANN.participant_id, ALL_RIGHTS, Action.START_RUN)


def test_nobody_invites_into_a_private_session():
    scene = Scene(private=True)
    assert set(Action) - scene.may(ANN) == {Action.INVITE}
    with refused(ErrorCode.FORBIDDEN, "private"):
        require(scene.state, ANN.participant_id, ALL_RIGHTS, Action.INVITE)


def test_agents_and_anonymous_identities_cannot_own(scene):
    assert may_own(ANN)
    assert not may_own(GUEST)
    assert not may_own(ECHO)
    owner = scene.state.participants[ANN.participant_id]
    assert role_of(owner) is Role.OWNER
    assert role_of(replace(owner, profile=GUEST)) is Role.EDITOR


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("who", [ANN, BEN, CLEO, DAN, ECHO, GUEST], ids=lambda p: p.name)
@pytest.mark.parametrize("rights", [ALL_RIGHTS, READ_ONLY], ids=["all", "read"])
def test_require_refuses_exactly_what_is_not_permitted(scene, action, who, rights):
    granted = action in permitted(scene.state, who.participant_id, rights)
    answer = outcome(require, scene.state, who.participant_id, rights, action)
    if granted:
        assert answer is None
    else:
        assert answer.code is (ErrorCode.NOT_FOUND if who is GUEST else ErrorCode.FORBIDDEN)


@pytest.mark.parametrize("action", Action)
def test_what_a_role_lacks_is_said_in_words(scene, action):
    highest = RANK[TABLE[action].lowest]
    if highest:
        with refused(ErrorCode.FORBIDDEN, TABLE[action].words):
            require(scene.state, DAN.participant_id, ALL_RIGHTS, action)
