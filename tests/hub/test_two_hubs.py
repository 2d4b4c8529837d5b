"""Two servers over one store: whoever was slower decides again, and both end up the same."""

import asyncio

import pytest

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.invites import CreateInvite
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.protocol.runs import RunStatus
from jupyter_collab_agents.testing import ALL_RIGHTS, RunningHub, person

from .scene import ANN, BEN, CLEO, DAN, NOA, bodies, durable, let_in, log_of, replica, seqs, wake_up


async def both_know(two, session_id):
    for running in two:
        await wake_up(running)


async def a_shared_session(two, *editors):
    """A session of Ann's that both hubs have in memory."""
    one, other = two
    session = await one.session(ANN)
    for profile in editors:
        await let_in(one, session, profile)
    await one.quiet()
    return session, await other.hub.open(session.session_id)


async def converged(two, session_id):
    """After a sweep both hubs have the state that the log adds up to."""
    await both_know(two, session_id)
    one, other = [await running.hub.open(session_id) for running in two]
    assert one.state == other.state
    log = await log_of(two[0].store, session_id)
    assert [e.seq for e in log] == list(range(1, len(log) + 1))
    assert one.state.last_seq == len(log)
    return log


async def test_chat_from_both_has_one_order_without_a_hole(two):
    """LO2"""
    session, _ = await a_shared_session(two, BEN)
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    for n in range(10):
        await asyncio.gather(
            ann.send({"type": "chat.post", "body": f"a{n}"}),
            ben.send({"type": "chat.post", "body": f"b{n}"}),
        )
    for running in two:
        await running.quiet()
    log = await converged(two, session.session_id)
    said = [e.body for e in log if hasattr(e, "body")]
    assert bodies(ann) == bodies(ben) == said
    assert [b for b in said if b[0] == "a"] == [f"a{n}" for n in range(10)]
    assert [b for b in said if b[0] == "b"] == [f"b{n}" for n in range(10)]
    for client in (ann, ben):
        first = client.welcome["head_seq"] + 1
        assert seqs(client) == list(range(first, len(log) + 1))


async def test_a_reader_at_the_other_server_hears_of_it_at_the_next_sweep(two):
    """LO2 LO6: nobody at the other server has to write for it."""
    session, _ = await a_shared_session(two, BEN)
    ben = await two[1].connect(BEN, session.session_id)
    ann = await two[0].connect(ANN, session.session_id)
    await ann.ask("chat.post", body="Anybody there?")
    await two[1].quiet()
    assert bodies(ben) == []
    await wake_up(two[1])
    assert bodies(ben) == ["Anybody there?"]


async def test_of_two_that_set_one_key_exactly_one_wins(two):
    """CO1 LO6"""
    session, _ = await a_shared_session(two, BEN)
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    for version in range(5):
        answers = await asyncio.gather(
            ann.ask("context.set", key="k", value=f"a{version}", base_version=version),
            ben.ask("context.set", key="k", value=f"b{version}", base_version=version),
        )
        assert sorted(a["type"] for a in answers) == ["ack", "rejected"]
        assert next(a for a in answers if a["type"] == "rejected")["code"] == "conflict"
    log = await converged(two, session.session_id)
    assert [e.version for e in log if hasattr(e, "version")] == [1, 2, 3, 4, 5]


async def test_two_last_owners_cannot_demote_each_other(two):
    """PA2 LO6"""
    session, _ = await a_shared_session(two)
    await let_in(two[0], session, BEN, Role.OWNER)
    await wake_up(two[1])
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    answers = await asyncio.gather(
        ann.ask("participant.set_role", participant_id="user:ben", role="editor"),
        ben.ask("participant.set_role", participant_id="user:ann", role="editor"),
    )
    assert sorted(a["type"] for a in answers) == ["ack", "rejected"]
    await converged(two, session.session_id)
    roles = [session.state.participants[p].role for p in ("user:ann", "user:ben")]
    assert sorted(roles) == [Role.EDITOR, Role.OWNER]


async def test_an_invitation_with_one_use_lets_one_in(two):
    """PA7 LO6"""
    session, _ = await a_shared_session(two)
    stored = await two[0].hub.command(
        session, CreateInvite(ref="i", role=Role.VIEWER, uses=1), ANN, ALL_RIGHTS
    )
    invite_id = stored.events[0].invite_id
    answers = await asyncio.gather(
        two[0].hub.accept_invite(CLEO, session.session_id, invite_id, by_link=True),
        two[1].hub.accept_invite(DAN, session.session_id, invite_id, by_link=True),
        return_exceptions=True,
    )
    refusals = [a for a in answers if isinstance(a, Refusal)]
    assert [r.code for r in refusals] == [ErrorCode.NOT_FOUND]
    await converged(two, session.session_id)
    assert len(session.state.participants) == 2
    assert session.state.invites == {}


async def test_the_last_place_is_taken_once(store):
    """PA5 LO6"""
    from jupyter_collab_agents.hub.settings import Settings
    from jupyter_collab_agents.testing import RunningHub

    settings = Settings(max_session_participants=2)
    async with RunningHub(store, settings) as one, RunningHub(store, settings) as other:
        session = await one.session(ANN)
        stored = await one.hub.command(
            session, CreateInvite(ref="i", role=Role.VIEWER), ANN, ALL_RIGHTS
        )
        invite_id = stored.events[0].invite_id
        answers = await asyncio.gather(
            one.hub.accept_invite(BEN, session.session_id, invite_id, by_link=True),
            other.hub.accept_invite(CLEO, session.session_id, invite_id, by_link=True),
            return_exceptions=True,
        )
        codes = [a.code for a in answers if isinstance(a, Refusal)]
        assert codes == [ErrorCode.SESSION_FULL]
        await converged((one, other), session.session_id)


async def test_both_make_one_default_session(two):
    """JO6"""
    one, other = await asyncio.gather(*(running.hub.default_session() for running in two))
    assert one.session_id == other.session_id
    assert len(await two[0].store.sessions()) == 1
    again = await two[1].hub.default_session()
    assert again is other


async def test_an_archived_default_session_is_followed_by_one_new_one(two):
    """JO6"""
    first = await two[0].hub.default_session()
    await let_in(two[0], first, ANN, Role.OWNER)
    ann = await two[0].connect(ANN, first.session_id)
    assert (await ann.ask("session.archive"))["type"] == "ack"
    for running in two:
        await wake_up(running)
    one, other = await asyncio.gather(*(running.hub.default_session() for running in two))
    assert one.session_id == other.session_id != first.session_id


async def test_a_post_right_behind_a_lost_race_does_not_overtake(two):
    """LO4 LO6: the rename is decided again, and the post after it waits for it."""
    session, _ = await a_shared_session(two, BEN)
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    await ben.ask("chat.post", body="first")  # which the other hub has not heard of
    await ann.send(
        {"type": "session.rename", "name": "Renamed"},
        {"type": "chat.post", "body": "after the rename"},
    )
    await two[0].quiet()
    log = await converged(two, session.session_id)
    assert [e.__struct_config__.tag for e in log[-3:]] == [
        "chat.posted",
        "session.renamed",
        "chat.posted",
    ]


async def test_a_post_that_needs_a_lost_decision_is_refused_with_it(two):
    """LO6: nobody writes into an archived session because a reopening was foreseen."""
    one, other = two
    session, _ = await a_shared_session(two)
    await let_in(one, session, BEN, Role.OWNER)
    ann = await one.connect(ANN, session.session_id)
    await ann.ask("session.archive")
    await wake_up(other)
    ben = await other.connect(BEN, session.session_id)
    # the other server makes Ann an editor, who then may not reopen
    assert (await ben.ask("session.reopen"))["type"] == "ack"
    ask = {"participant_id": "user:ann", "role": "editor"}
    assert (await ben.ask("participant.set_role", **ask))["type"] == "ack"
    assert (await ben.ask("session.archive"))["type"] == "ack"
    await ann.send(
        {"type": "session.reopen", "ref": "reopen"},
        {"type": "chat.post", "ref": "post", "body": "smuggled"},
    )
    await one.quiet()
    answers = {a["ref"]: a for a in ann.socket.of("ack", "rejected")}
    assert answers["reopen"]["code"] == "forbidden"
    assert answers["post"]["code"] == "archived"
    await converged(two, session.session_id)
    assert session.state.message_count == 0


async def test_what_was_refused_behind_a_lost_decision_is_decided_again(two):
    """LO6: a refusal must not rest on an archiving that never came to be."""
    one, other = two
    session, _ = await a_shared_session(two)
    await let_in(one, session, BEN, Role.OWNER)
    await wake_up(other)
    ann = await one.connect(ANN, session.session_id)
    ben = await other.connect(BEN, session.session_id)
    ask = {"participant_id": "user:ann", "role": "editor"}
    assert (await ben.ask("participant.set_role", **ask))["type"] == "ack"
    await ann.send(
        {"type": "session.archive", "ref": "archive"},
        {"type": "chat.post", "ref": "post", "body": "Hello"},
    )
    await one.quiet()
    answers = {a["ref"]: a for a in ann.socket.of("ack", "rejected")}
    assert answers["archive"]["code"] == "forbidden"
    assert answers["post"]["type"] == "ack"
    await converged(two, session.session_id)


async def test_edits_of_one_message_from_both_are_counted_once_each(two):
    """CH2 JO4: what a hub knows of a message may be older or newer than the log it reads."""
    one, other = two
    session, twin = await a_shared_session(two)
    ann = await one.connect(ANN, session.session_id)
    tab = await other.connect(ANN, session.session_id)
    await ann.ask("chat.post", body="0")
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    for n in range(1, 7):
        client = (ann, tab)[n % 2]
        ask = {"message_id": message_id, "body": str(n)}
        assert (await client.ask("chat.edit", **ask))["type"] == "ack"
    await converged(two, session.session_id)
    known = [(await s.messages.by_id({message_id}))[message_id] for s in (session, twin)]
    assert [m.edits for m in known] == [6, 6]
    assert [m.body for m in known] == ["6", "6"]


async def test_reactions_of_both_are_all_kept(two):
    """CH7"""
    session, twin = await a_shared_session(two, BEN)
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    ack = await ann.ask("chat.post", body="Hello")
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    assert ack["type"] == "ack"
    await asyncio.gather(
        ann.ask("chat.react", message_id=message_id, emoji="👍", on=True),
        ben.ask("chat.react", message_id=message_id, emoji="👍", on=True),
    )
    await converged(two, session.session_id)
    for each in (session, twin):
        message = (await each.messages.by_id({message_id}))[message_id]
        assert sorted(message.reactions["👍"]) == ["user:ann", "user:ben"]


async def test_who_is_removed_at_one_server_is_closed_at_the_other(two):
    """PA4"""
    session, _ = await a_shared_session(two, BEN)
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    await ann.ask("participant.remove", participant_id="user:ben", ban=True)
    await wake_up(two[1])
    assert durable(ben)[-1]["type"] == "participant.removed"
    assert ben.socket.closed[0] == 4500


async def test_what_is_deleted_at_one_server_is_gone_at_the_other(two):
    """SE3"""
    session, _ = await a_shared_session(two, BEN)
    ben = await two[1].connect(BEN, session.session_id)
    await two[0].hub.delete_session(session.session_id, ANN, ALL_RIGHTS)
    await ben.send({"type": "chat.post", "ref": "late", "body": "anybody?"})
    await two[1].quiet()
    assert ben.socket.of("rejected")[0]["code"] == "not_found"
    await wake_up(two[1])
    assert ben.socket.told[-1]["type"] == "session.deleted"
    assert ben.socket.closed[0] == 4501
    with pytest.raises(Refusal):
        await two[1].hub.open(session.session_id)


async def test_a_session_made_at_one_server_is_listed_at_the_other(two):
    session = await two[0].session(ANN, "New")
    assert await two[1].hub.sessions_of(ANN) == []
    await wake_up(two[1])
    assert [s.name for s in await two[1].hub.sessions_of(ANN)] == ["New"]
    ann = await two[0].connect(ANN, session.session_id)
    await ann.ask("session.rename", name="Newer")
    await wake_up(two[1])
    assert [s.name for s in await two[1].hub.sessions_of(ANN)] == ["Newer"]


async def test_many_at_once_from_both_converge(two):
    """LO2 LO3 LO6 JO4"""
    people = [person(f"p{n}") for n in range(6)]
    session, _ = await a_shared_session(two, *people)
    clients = [
        await two[n % 2].connect(profile, session.session_id) for n, profile in enumerate(people)
    ]
    for step in range(8):
        await asyncio.gather(
            *(
                client.send(
                    {"type": "chat.post", "body": f"{n}.{step}"},
                    {"type": "context.set", "key": f"k{step}", "value": n, "base_version": 0},
                    {"type": "chat.post", "body": f"{n}.{step}'"},
                )
                for n, client in enumerate(clients)
            )
        )
    for _ in range(3):
        for running in two:
            await running.quiet()
    log = await converged(two, session.session_id)
    assert len(session.state.context) == 8
    assert all(entry.version == 1 for entry in session.state.context.values())
    for n, client in enumerate(clients):
        answers = [a["ref"] for a in client.socket.of("ack", "rejected")]
        assert sorted(answers) == sorted(set(answers))
        assert len(answers) == 24
        assert replica(client) == session.state
        mine = [e.body for e in log if getattr(e, "body", None) and e.actor == f"user:p{n}"]
        assert mine == [f"{n}.{step}{mark}" for step in range(8) for mark in ("", "'")]


async def test_a_server_that_starts_leaves_the_runs_of_another_one_alone(two, store):
    """AG5"""
    for running in two:
        running.hub.agents = {NOA.participant_id: NOA}
    ann = await two[0].connect(ANN)
    ask = {"agent_id": NOA.participant_id, "task": "Look"}
    assert (await ann.ask("run.start", **ask))["type"] == "ack"
    session_id = ann.connection.session.session_id
    async with RunningHub(store, clock=two[0].clock) as third:
        (run,) = (await third.hub.open(session_id)).state.runs.values()
        assert run.status is RunStatus.QUEUED
        await wake_up(two[0])
        assert ann.socket.of("run.finished") == []


async def test_a_role_that_another_server_gave_is_told_here(two):
    """PA9"""
    session, _ = await a_shared_session(two, BEN)
    ann = await two[0].connect(ANN, session.session_id)
    ben = await two[1].connect(BEN, session.session_id)
    await ann.ask("participant.set_role", participant_id="user:ben", role="viewer")
    await both_know(two, session.session_id)
    (now,) = ben.socket.of("permissions.changed")
    assert set(now["permissions"]) == {"read", "export"}
