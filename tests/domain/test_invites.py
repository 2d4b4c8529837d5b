import pytest

from jupyter_collab_agents.domain.invites import MAX_OPEN_INVITES
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.invites import (
    CreateInvite,
    InviteCreated,
    InviteRevoked,
    RevokeInvite,
)
from jupyter_collab_agents.protocol.participants import (
    LeaveSession,
    RemoveParticipant,
    Role,
)

from .scene import ANN, BEN, CLEO, DAN, Scene, refused


@pytest.fixture
def scene():
    scene = Scene()
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    return scene


def invite(who=None, role=Role.EDITOR, **more):
    return CreateInvite(
        ref="r", role=role, participant_id=None if who is None else who.participant_id, **more
    )


def revoke(invite_id):
    return RevokeInvite(ref="r", invite_id=invite_id)


def test_a_link_has_role_expiry_and_uses(scene):
    at = scene.now
    decision = scene.do(invite(role=Role.VIEWER, expires_in=60, uses=3), BEN)
    assert decision.exclusive
    (event,) = decision.events
    assert event == InviteCreated(
        seq=0,
        at=at,
        actor="user:ben",
        invite_id=event.invite_id,
        participant_id=None,
        role=Role.VIEWER,
        expires_at=at + 60_000,
        uses_left=3,
    )
    assert event.invite_id.startswith("i")
    (event,) = scene.do(invite(expires_in=None)).events
    assert (event.expires_at, event.uses_left) == (None, None)


def test_an_invitation_to_a_person_is_used_once(scene):
    (event,) = scene.do(invite(DAN, uses=5)).events
    assert (event.participant_id, event.uses_left) == ("user:dan", 1)


def test_nobody_invites_above_their_own_role(scene):
    for role in (Role.EDITOR, Role.COMMENTER, Role.VIEWER):
        scene.do(invite(role=role), BEN)
    with refused(ErrorCode.FORBIDDEN, "You are editor here and cannot invite people as owner"):
        scene.do(invite(role=Role.OWNER), BEN)
    scene.do(invite(role=Role.OWNER))
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners can invite"):
        scene.do(invite(role=Role.VIEWER), CLEO)


def test_only_people_who_are_not_here_and_not_banned_are_invited(scene):
    with refused(ErrorCode.CONFLICT, "Ben is in this session already"):
        scene.do(invite(BEN))
    scene.do(LeaveSession(ref="r"), BEN)
    scene.do(invite(BEN))
    scene.add(BEN)
    scene.do(RemoveParticipant(ref="r", participant_id="user:ben"))
    scene.do(invite(BEN))
    scene.do(RemoveParticipant(ref="r", participant_id="user:ben", ban=True))
    with refused(ErrorCode.BANNED, "Ben is banned"):
        scene.do(invite(BEN))


@pytest.mark.parametrize("nobody", ["ben", "user:", "system", "user:a\nb", "user:\u202eb"])
def test_an_invited_person_has_an_id(scene, nobody):
    with refused(ErrorCode.INVALID, "nobody's id"):
        scene.do(CreateInvite(ref="r", role=Role.VIEWER, participant_id=nobody))


def test_agents_are_not_invited(scene):
    with refused(ErrorCode.INVALID, "Agents are added"):
        scene.do(CreateInvite(ref="r", role=Role.VIEWER, participant_id="agent:notebook"))


def test_nobody_is_invited_into_a_private_session():
    with refused(ErrorCode.FORBIDDEN, "private"):
        Scene(private=True).do(invite(BEN))


def test_a_new_invitation_replaces_the_old_one(scene):
    old = scene.do(invite(DAN, Role.VIEWER)).events[0].invite_id
    revoked, created = scene.do(invite(DAN, Role.EDITOR), BEN).events
    assert isinstance(revoked, InviteRevoked)
    assert revoked.invite_id == old
    assert set(scene.state.invites) == {created.invite_id}
    scene.do(invite(DAN, Role.OWNER))
    with refused(ErrorCode.FORBIDDEN, "cannot replace"):
        scene.do(invite(DAN, Role.EDITOR), BEN)


def test_an_invitation_is_taken_back_by_those_who_could_give_it(scene):
    owners = scene.do(invite(role=Role.OWNER)).events[0].invite_id
    editors = scene.do(invite(role=Role.EDITOR)).events[0].invite_id
    with refused(ErrorCode.FORBIDDEN, "cannot take back"):
        scene.do(revoke(owners), BEN)
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners"):
        scene.do(revoke(editors), CLEO)
    scene.do(revoke(editors), BEN)
    assert set(scene.state.invites) == {owners}
    with refused(ErrorCode.NOT_FOUND, "no such open invitation"):
        scene.do(revoke(editors), ANN)


def test_open_invitations_are_bounded_and_expired_ones_make_room(scene):
    for _ in range(MAX_OPEN_INVITES):
        scene.do(invite(expires_in=3600))
    with refused(ErrorCode.CONFLICT, "Take some back"):
        scene.do(invite())
    scene.now += 3600_000
    scene.do(invite())
    assert len(scene.state.invites) == 1
