"""Sessions as their members and guests see them: made, deleted, people sent away, notices."""

import pytest

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.permissions import ALL_RIGHTS, Rights
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.invites import CreateInvite
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.testing import person

from .scene import ANN, BEN, CLEO, NOA, durable, let_in, log_of


@pytest.fixture
async def work(running):
    """A session of Ann's with Ben as editor, both connected."""
    session = await running.session(ANN)
    await let_in(running, session, BEN)
    ann = await running.connect(ANN, session.session_id)
    ben = await running.connect(BEN, session.session_id)
    await running.quiet()
    return session, ann, ben


async def test_its_creator_owns_a_session_unless_anonymous(running):
    """SE1 ID5"""
    mine = await running.session(ANN)
    assert mine.state.participants["user:ann"].role is Role.OWNER
    somebody = person("somebody", anonymous=True)
    theirs = await running.session(somebody)
    assert theirs.state.participants["user:somebody"].role is Role.EDITOR


async def test_a_new_session_brings_the_agents_that_are_always_there(running):
    """AG1"""
    running.hub.agents = {NOA.participant_id: NOA}
    session = await running.session(ANN)
    assert session.state.participants[NOA.participant_id].role is Role.COMMENTER


async def test_nobody_is_invited_into_a_private_session(running):
    """SE4"""
    session = await running.session(ANN, private=True)
    with pytest.raises(Refusal) as refused:
        await running.hub.command(session, CreateInvite(ref="i", role=Role.VIEWER), ANN, ALL_RIGHTS)
    assert refused.value.code is ErrorCode.FORBIDDEN


def allowed(client):
    """What a client was told that it may do since it came."""
    return [set(one["permissions"]) for one in client.socket.of("permissions.changed")]


async def test_each_tab_is_told_when_what_it_may_do_is_another(running, work):
    """PA9"""
    session, ann, ben = work
    second = await running.connect(BEN, session.session_id)
    steps = [
        ("participant.set_role", {"participant_id": "user:ben", "role": "commenter"}),
        ("participant.mute", {"participant_id": "user:ben", "muted": True}),
        ("participant.mute", {"participant_id": "user:ben", "muted": False}),
        ("session.mute", {"muted": True}),
        ("session.mute", {"muted": False}),
        ("session.archive", {}),
        ("session.reopen", {}),
        ("participant.set_role", {"participant_id": "user:ben", "role": "editor"}),
    ]
    for type_, fields in steps:
        assert (await ann.ask(type_, **fields))["type"] == "ack"
    await running.quiet()
    told = allowed(ben)
    assert told == allowed(second)
    assert len(told) == len(steps)
    assert told[-1] == set(ben.welcome["permissions"])
    commenter = told[0]
    assert "invite" not in commenter
    assert [commenter - one for one in told[1:7]] == [
        {"post", "react", "edit_own", "start_run", "propose"},
        set(),
        {"post", "edit_own", "start_run"},
        set(),
        commenter - {"read", "export"},
        set(),
    ]


async def test_nobody_is_told_that_they_may_what_they_might_before(running, work):
    """PA9"""
    session, ann, ben = work
    await ben.ask("chat.post", body="Hello")
    await ann.ask("session.rename", name="Other")
    await let_in(running, session, CLEO)
    await running.quiet()
    assert allowed(ann) == allowed(ben) == []
    ben.connection.authorise(Rights(read=True, write=False, execute=True))
    ben.connection.authorise(Rights(read=True, write=False, execute=True))
    await running.quiet()
    (now,) = allowed(ben)
    assert "post" not in now


async def test_deleting_by_a_command_erases_tells_and_closes(running, work):
    """SE3"""
    session, ann, ben = work
    await ben.ask("chat.post", body="Hello")
    await ann.send({"type": "session.delete", "ref": "d"})
    await ann.socket.until(lambda s: s.closed is not None)
    await running.quiet()
    for client in (ann, ben):
        assert client.socket.told[-1] == {"type": "session.deleted", "actor": "user:ann"}
        assert client.socket.closed[0] == 4501
    assert await running.store.session(session.session_id) is None
    assert await running.store.events(session.session_id, 0, 10) == []
    assert await running.hub.sessions_of(ANN) == []
    with pytest.raises(Refusal):
        await running.hub.open(session.session_id)


async def test_only_an_owner_deletes(running, work):
    """SE2 SE3"""
    session, ann, ben = work
    answer = await ben.ask("session.delete")
    assert (answer["type"], answer["code"]) == ("rejected", "forbidden")
    assert await running.store.session(session.session_id) is not None
    assert (await ann.ask("chat.post", body="still here"))["type"] == "ack"


async def test_a_deleted_session_stores_nothing_more(running, work):
    """SE3"""
    session, _, ben = work
    await running.hub.delete_session(session.session_id, ANN, ALL_RIGHTS)
    session.submit(
        running.hub.doors.command(
            CreateInvite(ref="i", role=Role.VIEWER), ANN, ALL_RIGHTS, ticket := _Ticket()
        )
    )
    assert ticket.refusal is ErrorCode.NOT_FOUND
    assert ben.socket.closed[0] == 4501


async def test_a_deletion_that_the_store_refuses_leaves_everything_as_it_was(running, work):
    """SE3 LO5"""
    from jupyter_collab_agents.storage.store import StoreUnavailable

    session, ann, _ = work

    async def failing(session_id):
        raise StoreUnavailable("full")

    running.store.delete_session = failing
    with pytest.raises(StoreUnavailable):
        await running.hub.delete_session(session.session_id, ANN, ALL_RIGHTS)
    assert (await ann.ask("chat.post", body="still here"))["type"] == "ack"


class _Ticket:
    refusal = None

    def stored(self, seq, events):
        raise AssertionError("stored into a deleted session")

    def refused(self, code, message):
        self.refusal = code

    def unknown(self):
        raise AssertionError("unknown")


@pytest.mark.parametrize("ban", [False, True])
async def test_who_is_removed_sees_why_and_is_closed(running, work, ban):
    """PA4"""
    _, ann, ben = work
    await ann.ask("participant.remove", participant_id="user:ben", ban=ban)
    await running.quiet()
    last = durable(ben)[-1]
    assert (last["type"], last["banned"]) == ("participant.removed", ban)
    assert ben.socket.closed[0] == 4500
    assert ann.socket.closed is None


async def test_a_removed_one_s_commands_are_not_looked_at_any_more(running, work):
    """PA4"""
    session, ann, ben = work
    await ann.ask("participant.remove", participant_id="user:ben", ban=False)
    await ben.send({"type": "chat.post", "body": "I am still here!"})
    await running.quiet()
    assert session.state.message_count == 0


async def test_a_banned_one_comes_back_only_when_unbanned(running):
    """PA4"""
    default = await running.hub.default_session()
    await let_in(running, default, ANN, Role.OWNER)
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await ann.ask("participant.remove", participant_id="user:ben", ban=True)
    ben.leave()
    with pytest.raises(Refusal) as refused:
        await running.connect(BEN)
    assert refused.value.code is ErrorCode.BANNED
    await ann.ask("participant.unban", participant_id="user:ben")
    await running.connect(BEN)


async def test_leaving_is_acknowledged_and_then_closes_all_tabs(running, work):
    """FR3 PA4"""
    session, ann, ben = work
    other = await running.connect(BEN, session.session_id)
    answer = await ben.ask("participant.leave")
    assert answer["type"] == "ack"
    assert durable(other)[-1]["type"] == "participant.left"
    assert ben.socket.closed[0] == other.socket.closed[0] == 4500
    assert ann.socket.closed is None


async def test_an_invitation_reaches_its_person_wherever_they_are_and_waits_for_them(running):
    """PA6"""
    session = await running.session(ANN)
    tabs = [await running.connect(BEN) for _ in range(2)]
    cleo = await running.connect(CLEO)
    command = CreateInvite(ref="i", participant_id="user:ben", role=Role.EDITOR)
    await running.hub.command(session, command, ANN, ALL_RIGHTS)
    await running.quiet()
    for tab in tabs:
        notice = tab.socket.of("invite.received")[0]
        assert notice["session_name"] == "Work"
        assert notice["by_name"] == "Ann"
    assert cleo.socket.of("invite.received") == []
    (waiting,) = running.hub.invitations_of(BEN)
    assert waiting.session_id == session.session_id
    await running.hub.accept_invite(BEN, waiting.session_id, waiting.invite.invite_id)
    assert running.hub.invitations_of(BEN) == []
    await running.connect(BEN, session.session_id)


async def test_a_declined_invitation_is_gone(running):
    """PA6"""
    session = await running.session(ANN)
    command = CreateInvite(ref="i", participant_id="user:ben", role=Role.EDITOR)
    stored = await running.hub.command(session, command, ANN, ALL_RIGHTS)
    invite_id = stored.events[0].invite_id
    await running.hub.decline_invite(BEN, session.session_id, invite_id)
    assert running.hub.invitations_of(BEN) == []
    with pytest.raises(Refusal):
        await running.hub.accept_invite(BEN, session.session_id, invite_id)


async def test_a_link_s_token_is_nowhere_in_the_log_and_cannot_be_made_up(running, work):
    """PA7"""
    session, _, ben = work
    command = CreateInvite(ref="i", role=Role.VIEWER, uses=2)
    stored = await running.hub.command(session, command, ANN, ALL_RIGHTS)
    invite_id = stored.events[0].invite_id
    token = running.hub.invite_token(session.session_id, invite_id)
    secret = token.rpartition(".")[2]
    assert secret not in str(await log_of(running.store, session.session_id))
    await running.quiet()
    assert secret not in str(ben.socket.told)
    assert running.hub.read_invite_token(token) == (session.session_id, invite_id)
    for forged in (token[:-1] + "x", token.replace(secret, ""), f"{session.session_id}.x.y", ""):
        with pytest.raises(Refusal) as refused:
            running.hub.read_invite_token(forged)
        assert refused.value.code is ErrorCode.NOT_FOUND


async def test_a_mention_reaches_people_who_are_in_another_session(running, work):
    """CH5"""
    session, ann, ben = work
    elsewhere = await running.connect(BEN)
    await ann.ask("chat.post", body="What do you think, @Ben?")
    await running.quiet()
    (notice,) = elsewhere.socket.of("chat.mentioned")
    assert notice["session_id"] == session.session_id
    assert notice["author_name"] == "Ann"
    assert ben.socket.of("chat.mentioned") == []


async def test_the_list_is_mine_newest_first_and_knows_who_is_online(running):
    """ID3 CH9"""
    first = await running.session(ANN, "First")
    running.clock.advance(1)
    await running.session(ANN, "Second")
    await running.session(BEN, "Ben's")
    assert [s.name for s in await running.hub.sessions_of(ANN)] == ["Second", "First"]
    running.clock.advance(1)
    ann = await running.connect(ANN, first.session_id)
    await ann.ask("chat.post", body="Hello")
    await ann.ask("chat.read", read_seq=3)
    newest = (await running.hub.sessions_of(ANN))[0]
    assert (newest.name, newest.online, newest.read_seq, newest.last_seq) == ("First", 1, 3, 3)


async def test_people_are_remembered_but_not_anonymous_ones(running):
    """PA6"""
    for profile in (BEN, ANN, person("somebody", anonymous=True)):
        await running.hub.meet(profile)
    assert [p.name for p in running.hub.people()] == ["Ann", "Ben"]
    assert running.hub.name_of("user:ann") == "Ann"
    assert running.hub.name_of("user:nobody") == "nobody"
