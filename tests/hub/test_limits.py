"""What a server allows, and what happens to one more."""

import pytest

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.permissions import ALL_RIGHTS
from jupyter_collab_agents.hub.accounts import MAX_ACCOUNTS, Account, Accounts
from jupyter_collab_agents.hub.rates import MAX_BUCKETS, Rates
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.chat import PostMessage
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.protocol.sessions import ArchiveSession, ReopenSession
from jupyter_collab_agents.testing import FakeClock, FaultyStore, RunningHub, person

from .scene import ANN, BEN, CLEO, bodies


async def test_a_full_queue_refuses_and_drops_nothing():
    """LI2"""
    store = FaultyStore()
    settings = Settings(message_queue_size=5, command_burst=100)
    async with RunningHub(store, settings) as running:
        ann = await running.connect(ANN)
        store.asked.clear()
        store.gate.clear()
        await ann.send({"type": "chat.post", "body": "in hand"})
        await store.asked.wait()
        await ann.send(*({"type": "chat.post", "body": str(n)} for n in range(8)))
        store.gate.set()
        await running.quiet()
        assert [r["code"] for r in ann.socket.of("rejected")] == ["busy"] * 3
        assert bodies(ann) == ["in hand", "0", "1", "2", "3", "4"]


async def test_rates_are_the_participant_s_over_tabs_and_sessions():
    """LI1 ID4"""
    settings = Settings(command_rate=1.0, command_burst=4)
    async with RunningHub(settings=settings) as running:
        session = await running.session(ANN)
        tabs = [
            await running.connect(ANN),
            await running.connect(ANN),
            await running.connect(ANN, session.session_id),
        ]
        ben = await running.connect(BEN)
        types = [(await tab.ask("chat.post", body="x"))["type"] for tab in tabs * 2]
        assert types == ["ack"] * 4 + ["rejected"] * 2
        assert {r["code"] for tab in tabs for r in tab.socket.of("rejected")} == {"rate_limited"}
        assert (await ben.ask("chat.post", body="x"))["type"] == "ack"
        running.clock.advance(1)
        assert (await tabs[0].ask("chat.post", body="x"))["type"] == "ack"
        assert (await tabs[1].ask("chat.post", body="x"))["type"] == "rejected"


async def test_moving_about_has_its_own_rate():
    """LI1"""
    settings = Settings(ephemeral_rate=1.0, ephemeral_burst=2, command_burst=2)
    async with RunningHub(settings=settings) as running:
        ann = await running.connect(ANN)
        for _ in range(3):
            await ann.send({"type": "presence.update", "location": None})
        assert [r["code"] for r in ann.socket.of("rejected")] == ["rate_limited"]
        assert (await ann.ask("chat.post", body="x"))["type"] == "ack"


async def test_a_rate_of_nothing_refuses_and_does_not_fail():
    """LI1"""
    settings = Settings(command_rate=0.0, command_burst=1)
    async with RunningHub(settings=settings) as running:
        ann = await running.connect(ANN)
        await ann.ask("chat.post", body="x")
        assert (await ann.ask("chat.post", body="y"))["code"] == "rate_limited"


async def test_one_session_too_many_is_refused_also_by_reopening():
    """SE5"""
    settings = Settings(max_concurrent_sessions=2, default_session=False)
    async with RunningHub(settings=settings) as running:
        first = await running.session(ANN, "1")
        await running.session(ANN, "2")
        with pytest.raises(Refusal) as refused:
            await running.session(ANN, "3")
        assert refused.value.code is ErrorCode.TOO_MANY_SESSIONS
        await running.hub.command(first, ArchiveSession(ref="a"), ANN, ALL_RIGHTS)
        await running.session(ANN, "3")
        with pytest.raises(Refusal) as refused:
            await running.hub.command(first, ReopenSession(ref="b"), ANN, ALL_RIGHTS)
        assert refused.value.code is ErrorCode.TOO_MANY_SESSIONS


async def test_a_full_session_lets_nobody_else_in():
    """PA5"""
    async with RunningHub(settings=Settings(max_session_participants=2)) as running:
        await running.connect(ANN)
        await running.connect(BEN)
        with pytest.raises(Refusal) as refused:
            await running.connect(CLEO)
        assert refused.value.code is ErrorCode.SESSION_FULL
        await running.connect(ANN)


async def test_who_leaves_the_default_session_s_page_makes_room():
    """PA5 JO6: there people are counted who are connected, not who ever was."""
    async with RunningHub(settings=Settings(max_session_participants=1)) as running:
        ann = await running.connect(ANN)
        ann.leave()
        await running.connect(BEN)


async def test_an_admin_owns_the_default_session_also_when_named_later(store):
    """PA1"""
    async with RunningHub(store) as running:
        session = (await running.connect(ANN)).connection.session
        assert session.state.participants["user:ann"].role is Role.EDITOR
        settings = Settings(admins=frozenset({"user:ann"}))
        async with RunningHub(store, settings) as restarted:
            ann = await restarted.connect(ANN)
            assert "delete_session" in ann.welcome["permissions"]


async def test_too_many_tabs_of_one_participant_are_refused():
    """ID4"""
    async with RunningHub(settings=Settings(max_connections_per_participant=2)) as running:
        tabs = [await running.connect(ANN) for _ in range(2)]
        with pytest.raises(Refusal) as refused:
            await running.connect(ANN)
        assert refused.value.code is ErrorCode.BUSY
        await running.connect(BEN)
        tabs[0].leave()
        await running.connect(ANN)


async def test_too_long_a_message_is_refused():
    """CH1"""
    async with RunningHub(settings=Settings(max_message=10)) as running:
        ann = await running.connect(ANN)
        assert (await ann.ask("chat.post", body="0123456789"))["type"] == "ack"
        assert (await ann.ask("chat.post", body="0123456789a"))["code"] == "too_large"
        assert (await ann.ask("chat.post", body="ÄÄÄÄÄÄ"))["code"] == "too_large"


async def test_an_id_that_is_taken_is_not_created_again(running):
    session = await running.session(ANN)
    with pytest.raises(Refusal) as refused:
        await running.session(BEN, session_id=session.session_id)
    assert refused.value.code is ErrorCode.CONFLICT


def test_a_crowd_gives_nobody_a_new_allowance_who_is_still_at_it():
    """LI1"""
    rates = Rates(Settings(command_burst=3), FakeClock())
    assert [rates.wait("user:ann", ephemeral=False) == 0 for _ in range(4)] == [True] * 3 + [False]
    for n in range(3 * MAX_BUCKETS):
        assert rates.wait(f"user:{n}", ephemeral=False) == 0
        if n % 1000 == 0:
            assert rates.wait("user:ann", ephemeral=False) > 0
    assert len(rates._buckets) <= MAX_BUCKETS


def test_accounts_are_not_remembered_for_ever_and_an_unknown_one_may_nothing():
    """ID2"""
    accounts = Accounts()
    for n in range(MAX_ACCOUNTS + 1):
        accounts.note(f"user:{n}", Account(runs=True, documents=True))
    assert accounts.of("user:0") == Account(runs=False, documents=False)
    assert accounts.of("user:1") == Account(runs=True, documents=True)
    assert len(accounts._known) == MAX_ACCOUNTS


async def test_a_post_from_elsewhere_needs_no_connection(running):
    """LO1"""
    session = await running.session(person("zoe"))
    command = PostMessage(ref="r", body="Hello")
    stored = await running.hub.command(session, command, person("zoe"), ALL_RIGHTS)
    assert stored.seq == session.state.last_seq
