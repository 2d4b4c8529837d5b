import pytest
from msgspec.structs import replace

from jupyter_collab_agents.domain import invites, membership, sessions
from jupyter_collab_agents.domain.decision import SYSTEM
from jupyter_collab_agents.domain.decisions import Setting
from jupyter_collab_agents.domain.membership import Entrance
from jupyter_collab_agents.domain.runs import queue_run
from jupyter_collab_agents.domain.visible import visible_since
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.invites import CreateInvite
from jupyter_collab_agents.protocol.participants import (
    AddParticipant,
    LeaveSession,
    Membership,
    MuteParticipant,
    RemoveParticipant,
    Role,
    SetRole,
    UnbanParticipant,
)
from jupyter_collab_agents.protocol.runs import RunStatus
from jupyter_collab_agents.protocol.sessions import (
    ArchiveSession,
    HistoryAccess,
    SessionStatus,
)

from .scene import ANN, BEN, CLEO, DAN, ECHO, GUEST, NOTEBOOK, Scene, refused

LEAVE = LeaveSession(ref="r")


@pytest.fixture
def scene():
    return Scene()


def join(scene, profile, role=Role.EDITOR, entrance=Entrance.DEFAULT):
    joined = membership.join(
        scene.state,
        profile,
        role=role,
        now=scene.now,
        setting=scene.setting,
        entrance=entrance,
    )
    return scene.record(joined)


def link(scene, role=Role.EDITOR, **more):
    command = CreateInvite(ref="r", role=role, **more)
    return scene.do(command).events[-1].invite_id


def invite(scene, profile, role=Role.EDITOR, **more):
    return link(scene, role, participant_id=profile.participant_id, **more)


def accept(scene, profile, invite_id):
    invite = scene.state.invites.get(invite_id)
    accepted = invites.accept(
        scene.state,
        profile,
        invite_id,
        now=scene.now,
        setting=scene.setting,
        by_link=invite is not None and invite.participant_id is None,
    )
    return scene.record(accepted)


def remove(profile, ban=False):
    return RemoveParticipant(ref="r", participant_id=profile.participant_id, ban=ban)


def types(decision):
    return [type(event).__name__ for event in decision.events]


def test_an_id_is_no_key_to_a_link(scene):
    """PA7: every member sees the ids of links in the log."""
    invite_id = link(scene, Role.OWNER)
    with refused(ErrorCode.NOT_FOUND):
        invites.accept(scene.state, CLEO, invite_id, now=scene.now, setting=scene.setting)


# creation


def test_a_creator_owns_and_agents_comment(scene):
    assert scene.role(ANN) is Role.OWNER
    assert scene.role(ECHO) is Role.COMMENTER
    assert scene.state.created_by == "user:ann"


def test_an_anonymous_creator_is_an_editor_of_a_session_without_owner():
    scene = Scene(creator=GUEST)
    assert scene.role(GUEST) is Role.EDITOR


def test_the_system_makes_a_session_without_people():
    scene = Scene(creator=None, default=True)
    assert scene.state.created_by == SYSTEM
    assert scene.members() == {"agent:echo"}


def test_a_creation_is_checked():
    assert Scene(name=" a\u202e b ").state.name == "a b"
    assert Scene(files=["a", "./a"]).state.files == ["a"]
    with refused(ErrorCode.INVALID, "The session's name"):
        Scene(name="\n")
    with refused(ErrorCode.FORBIDDEN, "outside"):
        Scene(files=["../a"])


# joining


def test_joining_makes_a_member_once(scene):
    decision = join(scene, BEN, Role.COMMENTER)
    assert decision.exclusive
    assert scene.role(BEN) is Role.COMMENTER
    assert join(scene, BEN, Role.OWNER).events == []
    assert scene.role(BEN) is Role.COMMENTER


def test_a_member_with_another_name_is_told_without_a_new_role(scene):
    renamed = replace(ANN, name="Ann Lee")
    assert types(join(scene, renamed, Role.VIEWER)) == ["ParticipantJoined"]
    assert scene.state.participants["user:ann"].profile.name == "Ann Lee"
    assert scene.role(ANN) is Role.OWNER
    assert join(scene, replace(renamed, avatar_url="https://x/?signed=1")).events == []
    scene.do(ArchiveSession(ref="r"))
    assert join(scene, ANN).events == []


def test_nobody_joins_an_archived_or_full_session(scene):
    scene.do(ArchiveSession(ref="r"))
    with refused(ErrorCode.ARCHIVED, "reopen"):
        join(scene, BEN)
    full = Scene(setting=Setting(100, max_participants=2))
    full.add(BEN)
    with refused(ErrorCode.SESSION_FULL, "2 people are in this session"):
        join(full, CLEO)
    full.do(AddParticipant(ref="r", participant_id="agent:notebook"))  # agents take no place
    full.do(LEAVE, BEN)
    join(full, CLEO)


def test_nobody_who_cannot_own_joins_as_owner(scene):
    join(scene, GUEST, Role.OWNER, Entrance.OWNER)
    assert scene.role(GUEST) is Role.EDITOR
    join(scene, CLEO, Role.OWNER, Entrance.OWNER)
    assert scene.role(CLEO) is Role.OWNER


def test_a_private_session_is_for_one_person_and_agents():
    scene = Scene(private=True)
    with refused(ErrorCode.FORBIDDEN, "private"):
        join(scene, BEN)
    scene.do(AddParticipant(ref="r", participant_id="agent:notebook"))
    scene.do(LEAVE)
    join(scene, ANN, Role.OWNER, Entrance.OWNER)
    assert scene.role(ANN) is Role.OWNER


def test_the_removed_come_back_by_an_invitation_to_them_only(scene):
    scene.add(BEN)
    old = link(scene)
    scene.do(remove(BEN))
    with refused(ErrorCode.FORBIDDEN, "You were removed"):
        join(scene, BEN)
    with refused(ErrorCode.FORBIDDEN, "You were removed"):
        accept(scene, BEN, old)
    accept(scene, BEN, invite(scene, BEN, Role.COMMENTER))
    assert scene.role(BEN) is Role.COMMENTER


def test_the_banned_come_back_after_an_unban_only(scene):
    scene.add(BEN)
    token = link(scene)
    scene.do(remove(BEN, ban=True))
    with refused(ErrorCode.BANNED, "Ask an owner"):
        join(scene, BEN, entrance=Entrance.INVITED)
    with refused(ErrorCode.BANNED):
        accept(scene, BEN, token)
    scene.do(UnbanParticipant(ref="r", participant_id="user:ben"))
    accept(scene, BEN, token)
    assert scene.membership(BEN) is Membership.MEMBER


def test_leaving_and_coming_back_gives_no_higher_role(scene):
    scene.add(BEN, Role.EDITOR)
    scene.do(SetRole(ref="r", participant_id="user:ben", role=Role.VIEWER))
    scene.do(LEAVE, BEN)
    join(scene, BEN, Role.EDITOR)
    assert scene.role(BEN) is Role.VIEWER
    scene.do(LEAVE, BEN)
    accept(scene, BEN, link(scene, Role.EDITOR))
    assert scene.role(BEN) is Role.VIEWER
    scene.do(LEAVE, BEN)
    accept(scene, BEN, invite(scene, BEN, Role.EDITOR))
    assert scene.role(BEN) is Role.EDITOR


# invitations


def test_accepting_makes_a_member_and_uses_the_invitation_up(scene):
    token = invite(scene, BEN, Role.COMMENTER)
    assert types(accept(scene, BEN, token)) == ["InviteAccepted", "ParticipantJoined"]
    assert scene.role(BEN) is Role.COMMENTER
    assert scene.state.invites == {}
    with refused(ErrorCode.NOT_FOUND, "Ask for a new one"):
        accept(scene, BEN, token)


def test_an_invitation_is_for_the_invited(scene):
    token = invite(scene, BEN)
    with refused(ErrorCode.NOT_FOUND, "Ask for a new one"):
        accept(scene, CLEO, token)
    with refused(ErrorCode.NOT_FOUND):
        accept(scene, BEN, "i999")


def test_an_invitation_expires(scene):
    token = invite(scene, BEN, expires_in=60)
    scene.now += 59_000 - 1000  # creating it took a second
    accept(scene, BEN, token)
    late = link(scene, expires_in=60)
    scene.now += 59_000
    with refused(ErrorCode.NOT_FOUND, "expired"):
        accept(scene, CLEO, late)


def test_a_link_has_its_uses(scene):
    twice = link(scene, Role.VIEWER, uses=2)
    for profile in (BEN, CLEO):
        accept(scene, profile, twice)
    with refused(ErrorCode.NOT_FOUND):
        accept(scene, DAN, twice)
    often = link(scene)
    accept(scene, DAN, often)
    assert scene.state.invites[often].uses_left is None


def test_a_member_uses_up_an_invitation_to_them_but_no_link(scene):
    token = link(scene, uses=1)
    assert accept(scene, ANN, token).events == []
    assert scene.state.invites[token].uses_left == 1
    mine = invite(scene, BEN)
    join(scene, BEN, Role.VIEWER)
    assert types(accept(scene, BEN, mine)) == ["InviteAccepted"]
    assert scene.role(BEN) is Role.VIEWER


def test_a_link_for_owners_makes_anonymous_people_editors(scene):
    accept(scene, GUEST, link(scene, Role.OWNER))
    assert scene.role(GUEST) is Role.EDITOR


def test_only_the_invited_decline(scene):
    token = invite(scene, BEN)
    with refused(ErrorCode.NOT_FOUND):
        invites.decline(scene.state, CLEO, token, now=scene.now)
    scene.record(invites.decline(scene.state, BEN, token, now=scene.now))
    assert scene.state.invites == {}
    with refused(ErrorCode.NOT_FOUND):
        invites.decline(scene.state, BEN, link(scene), now=scene.now)


# agents


def test_editors_add_registered_agents(scene):
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    add = AddParticipant(ref="r", participant_id="agent:notebook")
    with refused(ErrorCode.FORBIDDEN, "add agents"):
        scene.do(add, CLEO)
    (event,) = scene.do(add, BEN).events
    assert (event.actor, event.profile, event.role) == ("user:ben", NOTEBOOK, Role.COMMENTER)
    assert scene.do(add, BEN).events == []
    with refused(ErrorCode.INVALID, "People are invited"):
        scene.do(AddParticipant(ref="r", participant_id="user:dan"))
    with refused(ErrorCode.NOT_FOUND, "no such agent"):
        scene.do(AddParticipant(ref="r", participant_id="agent:unknown"))


def test_a_banned_agent_is_not_added_and_a_muted_one_stays_muted(scene):
    add = AddParticipant(ref="r", participant_id="agent:echo")
    scene.do(MuteParticipant(ref="r", participant_id="agent:echo", muted=True))
    scene.do(remove(ECHO))
    scene.do(add)
    assert scene.state.participants["agent:echo"].muted
    scene.do(remove(ECHO, ban=True))
    with refused(ErrorCode.BANNED, "unban"):
        scene.do(add)


# leaving


def test_anybody_leaves(scene):
    scene.add(BEN, Role.VIEWER)
    scene.do(LEAVE, BEN)
    assert scene.membership(BEN) is Membership.LEFT
    assert scene.do(LEAVE, BEN).events == []
    with refused(ErrorCode.NOT_FOUND):
        scene.do(LEAVE, CLEO)


def test_the_last_owner_stays_while_others_could_own(scene):
    scene.add(BEN, Role.VIEWER)
    with refused(ErrorCode.CONFLICT, "Ann is the last owner. Make somebody else owner first"):
        scene.do(LEAVE)
    scene.do(SetRole(ref="r", participant_id="user:ben", role=Role.OWNER))
    scene.do(LEAVE)
    with refused(ErrorCode.NOT_FOUND):
        scene.say("x")


def test_the_last_owner_leaves_agents_and_anonymous_people(scene):
    scene.add(GUEST)
    scene.do(LEAVE)
    assert scene.members() == {"agent:echo", "user:guest"}


def test_an_agent_that_leaves_stops(scene):
    queued = queue_run(
        scene.state,
        agent_id="agent:echo",
        asked_by="user:ann",
        trigger=None,
        now=scene.now,
        mint=scene.mint,
    )
    run_id = scene.record(queued).events[0].run_id
    scene.do(LEAVE, ECHO)
    assert scene.state.runs[run_id].status is RunStatus.CANCELLED


def test_an_archived_session_is_not_left(scene):
    scene.do(ArchiveSession(ref="r"))
    with refused(ErrorCode.ARCHIVED):
        scene.do(LEAVE)


# silence and history


def test_a_silent_session_is_put_away(scene):
    (event,) = scene.record(sessions.time_out(scene.state, now=scene.now)).events
    assert (event.timeout, event.actor) == (True, SYSTEM)
    assert scene.state.status is SessionStatus.ARCHIVED
    assert sessions.time_out(scene.state, now=scene.now).events == []


def test_the_default_session_and_one_with_a_running_agent_stay():
    scene = Scene(default=True)
    assert sessions.time_out(scene.state, now=scene.now).events == []
    scene = Scene()
    queued = queue_run(
        scene.state,
        agent_id="agent:echo",
        asked_by="user:ann",
        trigger=None,
        now=scene.now,
        mint=scene.mint,
    )
    scene.record(queued)
    assert sessions.time_out(scene.state, now=scene.now).events == []


def test_newcomers_see_what_the_session_lets_them_see():
    scene = Scene(history=HistoryAccess.SINCE_JOINED)
    scene.say("before")
    scene.add(BEN, Role.EDITOR)
    joined_seq = scene.state.last_seq
    scene.say("after")
    assert visible_since(scene.state, "user:ann") == 0
    assert visible_since(scene.state, "user:ben") == joined_seq - 1
    assert visible_since(scene.state, "user:cleo") == scene.state.last_seq
    scene.do(LEAVE, BEN)
    assert visible_since(scene.state, "user:ben") == scene.state.last_seq
    scene = Scene(history=HistoryAccess.ALL)
    scene.add(BEN, Role.VIEWER)
    assert visible_since(scene.state, "user:ben") == 0
