"""Locks through sockets: who is told what, how they end by themselves, what outlives what."""

import pytest
from hub.scene import let_in

from jupyter_collab_agents.domain.locks import LockSetting
from jupyter_collab_agents.hub.accounts import NOBODY, Account
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.locks import AcquireLock, LockScope
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.testing import Fault, FaultyStore, person

from .scene import ANN, BEN, CLEO, SETTING, Documents, lock, locks_of, told


@pytest.fixture
async def running():
    async with Documents() as running:
        yield running


@pytest.fixture
async def two(running):
    """Ann and Ben in the default session, which has the file."""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await ann.ask("session.set_files", files=["a.ipynb"])
    return ann, ben


def of_type(client, *types):
    return [(one["type"], one["actor"]) for one in client.socket.of(*types)]


# told


async def test_a_lock_is_durable_then_told_and_acknowledged_without_a_seq(running, two):
    """LK7, LK8"""
    ann, ben = two
    answer = await ann.ask("lock.acquire", path="a.ipynb", cell_id="c1", cell_index=3)
    assert answer["seq"] is None
    await running.quiet()
    (held,) = locks_of(ben)
    assert (held["holder"], held["holder_name"], held["scope"]) == ("user:ann", "Ann", "cell")
    assert (held["cell_id"], held["cell_index"], held["token"]) == ("c1", 3, 1)
    record = await running.store.document("file-1")
    assert (record.path, record.last_seq) == ("a.ipynb", 1)


async def test_each_session_that_has_the_file_gets_notices(running, two):
    """LK9"""
    ann, ben = two
    other = await running.session(CLEO, files=["a.ipynb"])
    cleo = await running.connect(CLEO, other.session_id)
    elsewhere = await running.session(CLEO, files=["b.ipynb"])
    apart = await running.connect(CLEO, elsewhere.session_id)
    held = await lock(ann, cell_id="c1", cell_index=0)
    await ann.ask("lock.release", path="a.ipynb", lock_id=held["lock_id"])
    await running.quiet()
    expected = [("lock.acquired", "user:ann"), ("lock.released", "user:ann")]
    for client in (ann, ben, cleo):
        assert of_type(client, "lock.acquired", "lock.released") == expected
    assert of_type(apart, "lock.acquired", "lock.released") == []
    events = await running.store.events(other.session_id, 0, 100)
    assert [e.type for e in events[-2:]] == ["lock.acquired", "lock.released"]
    assert ben.socket.of("lock.released")[0]["lock"]["cell_index"] == 0


async def test_somebody_at_the_file_is_enough_for_a_session_to_have_it(running):
    """LK9"""
    ann = await running.connect(ANN)
    await ann.send({"type": "presence.update", "location": {"path": "notes.md"}})
    await lock(ann, "notes.md")
    await running.quiet()
    assert of_type(ann, "lock.acquired") == [("lock.acquired", "user:ann")]


async def test_an_archived_session_gets_no_notice(running):
    """LK9, SE2"""
    session = await running.session(CLEO, files=["a.ipynb"])
    cleo = await running.connect(CLEO, session.session_id)
    await cleo.ask("session.archive")
    seq = session.state.last_seq
    ann = await running.connect(ANN)
    await lock(ann)
    await running.quiet()
    assert session.state.last_seq == seq
    assert locks_of(cleo)


async def test_watching_tells_how_each_document_stands_and_every_change(running):
    """LK8"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    held = await lock(ann, cell_id="c1")
    await ben.send({"type": "document.watch", "paths": ["a.ipynb", "b.ipynb", "no.ipynb"]})
    await running.quiet()
    assert [one["lock_id"] for one in locks_of(ben)] == [held["lock_id"]]
    assert told(ben, "b.ipynb") == [
        {
            "document_id": "file-2",
            "path": "b.ipynb",
            "seq": 0,
            "locks": [],
            "proposals": [],
            "conflicts": [],
        }
    ]
    assert told(ben, "no.ipynb") == []
    await ann.ask("lock.release", path="a.ipynb", lock_id=held["lock_id"])
    await running.quiet()
    assert locks_of(ben) == []
    await ben.send({"type": "document.watch", "paths": []})
    count = len(told(ben))
    await lock(ann)
    await running.quiet()
    assert len(told(ben)) == count


async def test_a_path_outside_is_refused_and_the_connection_lives(running):
    """LK8, CH6"""
    ann = await running.connect(ANN)
    for path in ("../x.ipynb", "/etc/passwd", ".hidden/a.ipynb"):
        answer = await ann.ask("document.watch", paths=["a.ipynb", path])
        assert (answer["type"], answer["code"]) == ("rejected", "forbidden")
        assert (await ann.ask("lock.acquire", path=path))["code"] == "forbidden"
    assert (await ann.ask("lock.acquire", path="none.ipynb"))["code"] == "not_found"
    assert (await ann.ask("lock.acquire", path="a.ipynb"))["type"] == "ack"


async def test_who_may_not_read_documents_is_told_nothing_of_them(running, two):
    """LK8"""
    ann, ben = two
    running.hub.accounts.note("user:ben", NOBODY)
    await lock(ann)
    await running.quiet()
    assert told(ben) == []
    assert (await ben.ask("document.watch", paths=["a.ipynb"]))["code"] == "forbidden"


async def test_a_connection_that_does_not_read_gets_the_newest_state_only(running, two):
    """LK8"""
    ann, ben = two
    ben.socket.full = True
    await ann.ask("session.rename", name="Something to send")
    await running.quiet()
    for number in range(12):
        held = await lock(ann, cell_id=f"c{number % 5}")
        await ann.ask("lock.release", path="a.ipynb", lock_id=held["lock_id"])
    before = len(told(ben))
    ben.socket.drain()
    await running.quiet()
    assert len(told(ben)) == before + 1
    assert locks_of(ben) == []


# who may


async def test_locking_needs_the_role_of_an_editor_and_the_right_to_write_documents(running):
    """LK5"""
    session = await running.session(ANN, files=["a.ipynb"])
    await let_in(running, session, BEN, Role.COMMENTER)
    ann = await running.connect(ANN, session.session_id)
    ben = await running.connect(BEN, session.session_id)
    assert "lock" in ann.welcome["permissions"]
    assert "lock" not in ben.welcome["permissions"]
    assert (await ben.ask("lock.acquire", path="a.ipynb"))["code"] == "forbidden"
    running.hub.accounts.note("user:ann", Account(runs=True, documents=True))
    answer = await ann.ask("lock.acquire", path="a.ipynb")
    assert (answer["code"], "may not change files" in answer["message"]) == ("forbidden", True)


async def test_an_anonymous_person_may_lock_and_is_marked(running):
    """LK5"""
    io = await running.connect(person("io", anonymous=True))
    assert (await lock(io))["anonymous"]


async def test_a_participant_has_only_so_many_locks_in_all_documents():
    """LK5"""
    async with Documents(setting=LockSetting(per_participant=2)) as running:
        ann = await running.connect(ANN)
        await lock(ann, cell_id="c1")
        await lock(ann, "b.ipynb")
        assert (await ann.ask("lock.acquire", path="a.ipynb", cell_id="c2"))["code"] == "conflict"
        assert (await ann.ask("lock.acquire", path="b.ipynb"))["type"] == "ack"


# asking, giving, taking


async def test_asking_reaches_the_holder_and_a_refusal_the_asker_wherever_they_are(running, two):
    """LK6"""
    ann, _ = two
    session = await running.session(CLEO)
    cleo = await running.connect(CLEO, session.session_id)
    held = await lock(ann, cell_id="c1")
    where = {"path": "a.ipynb", "lock_id": held["lock_id"]}
    await cleo.ask("lock.request", **where)
    await running.quiet()
    (asked,) = ann.socket.of("lock.requested")
    assert (asked["request"]["by"], asked["request"]["by_name"]) == ("user:cleo", "Cleo")
    assert locks_of(cleo)[0]["requests"][0]["refused_at"] is None
    await ann.ask("lock.refuse", **where)
    await running.quiet()
    (refused,) = cleo.socket.of("lock.refused")
    assert refused["lock"]["holder"] == "user:ann"
    assert (await cleo.ask("lock.steal", **where))["code"] == "forbidden"
    await running.pass_time(SETTING.request_timeout)
    assert (await cleo.ask("lock.steal", **where))["type"] == "ack"
    await running.quiet()
    assert [one["holder"] for one in locks_of(ann)] == ["user:cleo"]
    assert ann.socket.of("lock.released")[-1]["how"] == "stolen"


async def test_a_lock_is_handed_to_somebody_who_is_here(running, two):
    """LK6"""
    ann, ben = two
    held = await lock(ann, cell_id="c1")
    where = {"path": "a.ipynb", "lock_id": held["lock_id"]}
    assert (await ann.ask("lock.hand_over", to="user:nobody", **where))["code"] == "invalid"
    assert (await ann.ask("lock.hand_over", to="user:ben", **where))["type"] == "ack"
    await running.quiet()
    assert [one["holder_name"] for one in locks_of(ben)] == ["Ben"]


async def test_an_owner_takes_a_lock_of_a_member_in_a_session_that_has_the_file(running):
    """LK6"""
    session = await running.session(ANN, files=["a.ipynb"])
    await let_in(running, session, BEN)
    ann = await running.connect(ANN, session.session_id)
    ben = await running.connect(BEN, session.session_id)
    held = await lock(ben)
    where = {"path": "a.ipynb", "lock_id": held["lock_id"]}
    alone = await running.session(CLEO, files=["a.ipynb"])
    cleo = await running.connect(CLEO, alone.session_id)
    # she owns a session that has the file, but has nothing to say to Ben
    assert (await cleo.ask("lock.steal", **where))["code"] == "forbidden"
    assert (await ann.ask("lock.steal", **where))["type"] == "ack"
    await running.quiet()
    assert [one["holder"] for one in locks_of(ben)] == ["user:ann"]


async def test_an_admin_takes_any_lock():
    """LK6"""
    async with Documents(settings=Settings(admins=frozenset({"user:cleo"}))) as running:
        ann, cleo = await running.connect(ANN), await running.connect(CLEO)
        held = await lock(ann, cell_id="c1")
        answer = await cleo.ask("lock.steal", path="a.ipynb", lock_id=held["lock_id"])
        assert answer["type"] == "ack"


# time


async def test_a_lock_expires_on_time_and_everybody_is_told(running, two):
    """LK4"""
    ann, ben = two
    await lock(ann, cell_id="c1", seconds=60)
    await lock(ann, cell_id="c2", seconds=90)
    running.clock.advance(60)
    await running.quiet()
    assert [one["cell_id"] for one in locks_of(ben)] == ["c2"]
    assert ben.socket.of("lock.released")[-1]["how"] == "expired"
    running.clock.advance(30)
    await running.quiet()
    assert locks_of(ben) == []


async def test_locks_end_a_while_after_their_holder_left(running, two):
    """LK4"""
    ann, ben = two
    await lock(ann, cell_id="c1")
    again = await running.connect(ANN)
    ann.leave()
    await running.pass_time(100)
    again.leave()
    await running.pass_time(1)
    await running.pass_time(58)
    back = await running.connect(ANN)
    await running.pass_time(1)
    assert len(locks_of(ben)) == 1
    back.leave()
    await running.pass_time(1)
    await running.pass_time(60)
    assert locks_of(ben) == []
    assert ben.socket.of("lock.released")[-1]["how"] == "left"


async def test_a_lock_of_a_script_or_an_agent_does_not_end_with_anybodys_leaving(running, two):
    """LK4"""
    _, ben = two
    command = AcquireLock(ref="r", path="a.ipynb", cell_id="c1")
    await running.locks.acquire(command, CLEO, stays=True)
    await running.pass_time(1)
    await running.pass_time(200)
    assert [one["holder"] for one in locks_of(ben)] == ["user:cleo"]


async def test_whoever_may_write_no_more_loses_their_locks(running, two):
    """LK4"""
    ann, ben = two
    await lock(ann, cell_id="c1")
    running.hub.accounts.note("user:ann", Account(runs=True, documents=True))
    await running.pass_time(1)
    assert locks_of(ben) == []
    assert ben.socket.of("lock.released")[-1]["how"] == "withdrawn"


# what outlives what


async def test_locks_outlive_the_server_and_what_expired_meanwhile_is_ended(running):
    """LK2"""
    store = MemoryStore()
    files = running.files
    async with Documents(store, files=files) as first:
        ann = await first.connect(ANN)
        await lock(ann, cell_id="c1")
        await lock(ann, cell_id="c2", seconds=60)
        await lock(ann, "b.ipynb")
        # killed: nobody says goodbye
        first.clock.advance(0)
        async with Documents(store, files=files, clock=first.clock) as second:
            second.clock.advance(61)
            ben = await second.connect(BEN)
            await ben.send({"type": "document.watch", "paths": ["a.ipynb", "b.ipynb"]})
            await second.quiet()
            assert [one["cell_id"] for one in locks_of(ben)] == ["c1"]
            assert locks_of(ben, "b.ipynb")[0]["holder"] == "user:ann"
            answer = await ben.ask("lock.acquire", path="a.ipynb", cell_id="c1")
            assert answer["code"] == "locked"


async def test_locks_follow_the_file_when_it_is_moved(running, two):
    """LK2"""
    ann, ben = two
    held = await lock(ann, cell_id="c1")
    await ben.send({"type": "document.watch", "paths": ["a.ipynb"]})
    await running.pass_time(1)
    running.files.move("a.ipynb", "work/final.ipynb")
    await running.pass_time(1)
    assert [one["lock_id"] for one in locks_of(ben, "work/final.ipynb")] == [held["lock_id"]]
    answer = await ben.ask("lock.acquire", path="work/final.ipynb", cell_id="c1")
    assert answer["code"] == "locked"
    # Ann's page has not heard of it yet: the lock is known by its id
    assert (await ann.ask("lock.renew", path="a.ipynb", lock_id=held["lock_id"]))["type"] == "ack"
    await ann.ask("lock.release", path="a.ipynb", lock_id=held["lock_id"])
    await running.quiet()
    assert locks_of(ben, "work/final.ipynb") == []


async def test_a_lock_of_a_deleted_file_can_be_released_and_expires(running, two):
    """LK2"""
    ann, ben = two
    held = await lock(ann, cell_id="c1")
    await lock(ben, cell_id="c2", seconds=60)
    running.files.delete("a.ipynb")
    await running.pass_time(1)
    assert len(locks_of(ben)) == 2
    answer = await ann.ask("lock.release", path="a.ipynb", lock_id=held["lock_id"])
    assert answer["type"] == "ack"
    await running.pass_time(60)
    assert locks_of(ben) == []
    running.files.make("a.ipynb")  # another file in its place
    assert (await lock(ann))["scope"] == "document"


# the store


async def test_a_resent_command_happens_once(running, two):
    """LK7"""
    ann, ben = two
    first = {"type": "lock.acquire", "ref": "one", "path": "a.ipynb", "cell_id": "c1"}
    await ann.send(dict(first))
    held = locks_of(ann)[0]
    steal = {"type": "lock.release", "ref": "two", "path": "a.ipynb", "lock_id": held["lock_id"]}
    await ann.send(dict(steal))
    await ben.ask("lock.acquire", path="a.ipynb", cell_id="c1")
    await ann.send(dict(first), dict(steal))
    await running.quiet()
    answers = [
        (a["ref"], a["type"]) for a in ann.socket.of("ack", "rejected") if len(a["ref"]) == 3
    ]
    assert answers == [("one", "ack"), ("two", "ack")] * 2
    assert [one["holder"] for one in locks_of(ann)] == ["user:ben"]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNKNOWN])
async def test_when_the_store_fails_nothing_is_acknowledged_and_a_resend_settles_it(fault):
    """LK7, LO5"""
    async with Documents(FaultyStore()) as running:
        ann = await running.connect(ANN)
        running.store.faults.append(fault)
        command = {"type": "lock.acquire", "ref": "one", "path": "a.ipynb"}
        await ann.send(dict(command))
        assert ann.socket.closed[0] == 4002
        assert not [a for a in ann.socket.of("ack", "rejected") if a["ref"] == "one"]
        ann.leave()
        back = await running.connect(ANN)
        await back.send(dict(command))
        await running.quiet()
        assert [a["type"] for a in back.socket.of("ack", "rejected")] == ["ack"]
        (held,) = locks_of(back)
        assert (held["scope"], held["token"]) == (LockScope.DOCUMENT.value, 1)


async def test_without_documents_their_commands_are_refused(running):
    ann = await running.connect(ANN)
    running.hub.documents = None
    assert (await ann.ask("lock.acquire", path="a.ipynb"))["code"] == "not_ready"
    assert (await ann.ask("document.watch", paths=[]))["code"] == "not_ready"
