import pytest

from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.invites import CreateInvite
from jupyter_collab_agents.protocol.participants import (
    Membership,
    MuteParticipant,
    RemoveParticipant,
    Role,
    SetRole,
    UnbanParticipant,
)

from .scene import ANN, BEN, CLEO, DAN, ECHO, GUEST, Scene, refused


@pytest.fixture
def scene():
    scene = Scene()
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    return scene


def give(profile, role):
    return SetRole(ref="r", participant_id=profile.participant_id, role=role)


def remove(profile, ban=False):
    return RemoveParticipant(ref="r", participant_id=profile.participant_id, ban=ban)


def unban(profile):
    return UnbanParticipant(ref="r", participant_id=profile.participant_id)


def mute(profile, muted=True):
    return MuteParticipant(ref="r", participant_id=profile.participant_id, muted=muted)


def link(scene, role, by=ANN):
    return scene.do(CreateInvite(ref="r", role=role), by).events[-1].invite_id


def test_owners_give_roles(scene):
    scene.do(give(CLEO, Role.EDITOR))
    assert scene.role(CLEO) is Role.EDITOR
    assert scene.do(give(CLEO, Role.EDITOR)).events == []
    scene.do(give(ECHO, Role.EDITOR))
    assert scene.role(ECHO) is Role.EDITOR
    with refused(ErrorCode.FORBIDDEN, "Only an owner can change roles"):
        scene.do(give(CLEO, Role.VIEWER), BEN)
    with refused(ErrorCode.NOT_FOUND, "not in the session"):
        scene.do(give(DAN, Role.VIEWER))


def test_giving_ownership_keeps_the_givers(scene):
    scene.do(give(BEN, Role.OWNER))
    assert scene.role(ANN) is scene.role(BEN) is Role.OWNER


def test_agents_and_anonymous_people_are_never_made_owners(scene):
    scene.add(GUEST)
    with refused(ErrorCode.FORBIDDEN, "Guest is anonymous and cannot own"):
        scene.do(give(GUEST, Role.OWNER))
    with refused(ErrorCode.FORBIDDEN, "echo is an agent"):
        scene.do(give(ECHO, Role.OWNER))


def test_the_last_owner_is_not_demoted(scene):
    with refused(ErrorCode.CONFLICT, "Make somebody else owner first"):
        scene.do(give(ANN, Role.EDITOR))
    scene.do(give(BEN, Role.OWNER))
    scene.do(give(ANN, Role.EDITOR))
    with refused(ErrorCode.CONFLICT, "Ben is the last owner"):
        scene.do(give(BEN, Role.VIEWER), BEN)


def test_an_owner_who_is_alone_stays_owner():
    scene = Scene()
    with refused(ErrorCode.CONFLICT, "last owner"):
        scene.do(give(ANN, Role.EDITOR))


def test_a_demotion_takes_back_the_invitations_that_go_too_far(scene):
    scene.do(give(BEN, Role.OWNER))
    owners, editors = link(scene, Role.OWNER, BEN), link(scene, Role.EDITOR, BEN)
    anns = link(scene, Role.OWNER)
    scene.do(give(BEN, Role.EDITOR))
    assert set(scene.state.invites) == {editors, anns}
    scene.do(give(BEN, Role.COMMENTER))
    assert set(scene.state.invites) == {anns}
    assert owners not in scene.state.invites


def test_owners_take_people_and_agents_out(scene):
    scene.do(remove(BEN))
    assert scene.membership(BEN) is Membership.REMOVED
    assert scene.do(remove(BEN)).events == []
    scene.do(remove(BEN, ban=True))
    assert scene.membership(BEN) is Membership.BANNED
    assert scene.do(remove(BEN)).events == []
    assert scene.do(remove(BEN, ban=True)).events == []
    scene.do(remove(ECHO))
    assert scene.membership(ECHO) is Membership.REMOVED
    with refused(ErrorCode.FORBIDDEN, "Only an owner can remove"):
        scene.do(remove(ANN), CLEO)
    with refused(ErrorCode.NOT_FOUND, "never been"):
        scene.do(remove(DAN))
    with refused(ErrorCode.INVALID, "Leave the session"):
        scene.do(remove(ANN))


def test_removing_somebody_takes_back_the_invitations_by_and_to_them(scene):
    link(scene, Role.EDITOR, BEN)
    kept = link(scene, Role.EDITOR)
    scene.do(CreateInvite(ref="r", role=Role.VIEWER, participant_id="user:dan"))
    scene.add(DAN)
    scene.do(remove(BEN))
    scene.do(remove(DAN))
    assert set(scene.state.invites) == {kept}


def test_a_ban_is_lifted(scene):
    scene.do(remove(BEN, ban=True))
    with refused(ErrorCode.FORBIDDEN, "Only an owner"):
        scene.do(unban(BEN), CLEO)
    scene.do(unban(BEN))
    assert scene.membership(BEN) is Membership.LEFT
    assert scene.do(unban(BEN)).events == []
    with refused(ErrorCode.NOT_FOUND):
        scene.do(unban(DAN))


def test_editors_mute_agents_and_owners_anybody(scene):
    scene.do(mute(ECHO), BEN)
    assert scene.state.participants["agent:echo"].muted
    assert scene.do(mute(ECHO), BEN).events == []
    scene.do(mute(ECHO, False), BEN)
    assert not scene.state.participants["agent:echo"].muted
    with refused(ErrorCode.FORBIDDEN, "Only an owner can mute people"):
        scene.do(mute(CLEO), BEN)
    scene.do(mute(CLEO))
    assert scene.state.participants["user:cleo"].muted
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners can mute agents"):
        scene.do(mute(ECHO), CLEO)
    with refused(ErrorCode.NOT_FOUND):
        scene.do(mute(DAN))
