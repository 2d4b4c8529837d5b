"""Coming in and coming back."""

import asyncio
import shutil

import pytest

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.permissions import Rights
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.protocol.sessions import HistoryAccess
from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.testing import FakeClock, FakeSocket, RunningHub, person

from .scene import ANN, BEN, CLEO, bodies, durable, let_in, seqs


async def say(client, count):
    for n in range(count):
        await client.ask("chat.post", body=str(n))


async def test_the_first_frame_begins_with_the_welcome(running):
    """JO1 JO3"""
    ann = await running.connect(ANN)
    welcome = ann.socket.frames[0][0]
    assert welcome["type"] == "welcome"
    assert welcome["you"] == "user:ann"
    assert welcome["recovered"] is False
    assert welcome["snapshot"]["last_seq"] == welcome["head_seq"]
    assert welcome["limits"]["max_frame"] == running.hub.settings.max_frame


async def test_the_history_is_the_last_page_and_says_whether_there_is_more(running):
    """JO3"""
    async with RunningHub(settings=Settings(page_size=5)) as running:
        ann = await running.connect(ANN)
        await say(ann, 5)
        page = (await running.connect(BEN)).welcome
        assert [m["body"] for m in page["history"]] == ["0", "1", "2", "3", "4"]
        assert page["has_earlier"] is False
        await say(ann, 1)
        page = (await running.connect(BEN)).welcome
        assert [m["body"] for m in page["history"]] == ["1", "2", "3", "4", "0"]
        assert page["has_earlier"] is True


async def test_coming_back_brings_exactly_what_was_missed(running):
    """JO2"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await say(ann, 2)
    await running.quiet()
    ben.leave()
    await say(ann, 3)
    again = await running.connect(BEN, after=seqs(ben)[-1], epoch=ben.welcome["epoch"])
    assert again.welcome["recovered"] is True
    assert again.welcome["snapshot"] is None
    assert again.welcome["history"] == []
    await say(ann, 1)
    await running.quiet()
    assert bodies(again) == ["0", "1", "2", "0"]
    assert seqs(ben) + seqs(again) == [e["seq"] for e in durable(ann)][-len(seqs(ben)) - 4 :]


async def test_coming_back_with_nothing_missed_brings_nothing(running):
    """JO2"""
    ann = await running.connect(ANN)
    head = ann.welcome["head_seq"]
    again = await running.connect(ANN, after=head, epoch=ann.welcome["epoch"])
    assert again.welcome["recovered"] is True
    assert seqs(again) == []


@pytest.mark.parametrize("after", [10_000, 0])
async def test_another_epoch_or_a_future_place_gets_a_snapshot(running, after):
    """JO2 JO3"""
    ann = await running.connect(ANN)
    await say(ann, 2)
    epoch = "another" if after == 0 else ann.welcome["epoch"]
    again = await running.connect(ANN, after=after, epoch=epoch)
    assert again.welcome["recovered"] is False
    assert [m["body"] for m in again.welcome["history"]] == ["0", "1"]


async def test_a_place_that_was_pruned_gets_a_snapshot(running):
    """JO2 JO3"""
    ann = await running.connect(ANN)
    await say(ann, 3)
    session = ann.connection.session
    await session.save_snapshot(force=True)
    running.clock.advance(60)
    await say(ann, 1)
    await running.store.prune(session.session_id, running.clock.now())
    pruned = await running.connect(ANN, after=2, epoch=session.epoch)
    assert pruned.welcome["recovered"] is False
    assert [m["body"] for m in pruned.welcome["history"]] == ["0"]
    whole = await running.connect(ANN, after=session.state.last_seq - 1, epoch=session.epoch)
    assert whole.welcome["recovered"] is True


async def test_having_missed_too_much_gets_a_snapshot():
    """JO3"""
    settings = Settings(snapshot_every=10, command_rate=1e6, command_burst=1000)
    async with RunningHub(settings=settings) as running:
        ann = await running.connect(ANN)
        await say(ann, 11)
        epoch = ann.welcome["epoch"]
        far = await running.connect(ANN, after=ann.welcome["head_seq"], epoch=epoch)
        assert far.welcome["recovered"] is False
        near = await running.connect(ANN, after=ann.welcome["head_seq"] + 1, epoch=epoch)
        assert near.welcome["recovered"] is True


async def test_events_told_while_somebody_comes_in_are_neither_lost_nor_repeated(running):
    """JO2 JO3 LO2"""
    ann = await running.connect(ANN)
    session = ann.connection.session
    clients = []
    for n in range(10):
        frame = ann.send({"type": "chat.post", "body": str(n)})
        joining = running.connect(person(f"p{n}"), session.session_id)
        clients.append((await asyncio.gather(joining, frame))[0])
    await running.quiet()
    for client in clients:
        assert seqs(client) == list(
            range(client.welcome["head_seq"] + 1, session.state.last_seq + 1)
        )


async def test_the_default_session_is_open_to_everybody_and_others_are_not(running):
    """JO6 ID3"""
    await running.connect(BEN)
    session = await running.session(ANN)
    codes = []
    for session_id in (session.session_id, "nowhere"):
        with pytest.raises(Refusal) as refused:
            await running.hub.admission.admit(session_id, BEN)
        codes.append((refused.value.code, refused.value.message))
    assert codes[0] == codes[1]
    assert codes[0][0] is ErrorCode.NOT_FOUND


async def test_who_left_an_archived_default_session_gets_nothing_of_it(running):
    """JO6 SE2"""
    session = await running.hub.default_session()
    await let_in(running, session, ANN, Role.OWNER)
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await ben.ask("participant.leave")
    await ann.ask("session.archive")
    with pytest.raises(Refusal):
        await running.hub.admission.admit(session.session_id, BEN)


async def test_who_is_removed_while_coming_in_does_not_get_in(running):
    """PA4 JO6"""
    session = await running.session(ANN)
    await let_in(running, session, BEN)
    ann = await running.connect(ANN, session.session_id)
    reads = running.store.reads
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def slow_reads(participant_id):
        reading.set()
        await go_on.wait()
        return await reads(participant_id)

    running.store.reads = slow_reads
    rights = Rights(read=True, write=True, execute=True)
    coming = asyncio.create_task(
        running.hub.admission.connect(session, FakeSocket(), BEN, rights, None)
    )
    await reading.wait()
    await ann.ask("participant.remove", participant_id="user:ben", ban=False)
    go_on.set()
    with pytest.raises(Refusal) as refused:
        await coming
    assert refused.value.code is ErrorCode.NOT_FOUND
    assert len(session.connections) == 1


async def test_permissions_are_the_role_s_and_never_more_than_the_account_s(running):
    """PA1 ID2"""
    session = await running.session(ANN)
    all_of_it = await running.connect(ANN, session.session_id)
    reader = await running.connect(
        ANN, session.session_id, rights=Rights(read=True, write=False, execute=False)
    )
    assert "archive" in all_of_it.welcome["permissions"]
    assert reader.welcome["permissions"] == ["export", "read"]
    assert (await reader.ask("chat.post", body="Hi"))["code"] == "forbidden"


async def test_a_changed_name_is_told_when_its_owner_comes_again(running):
    """ID1"""
    from msgspec.structs import replace

    ann = await running.connect(ANN)
    await running.connect(replace(BEN, name="Benjamin"))
    await running.connect(replace(BEN, name="Benny"))
    await running.quiet()
    names = [e["profile"]["name"] for e in ann.socket.of("participant.joined")]
    assert names[-2:] == ["Benjamin", "Benny"]
    assert ann.connection.session.state.participants["user:ben"].profile.name == "Benny"


# --- what newcomers may not see (JO7) ------------------------------------------------------


@pytest.fixture
async def secretive():
    """A session whose newcomers do not see the time before; Ben comes late."""
    async with RunningHub() as running:
        session = await running.session(ANN, history=HistoryAccess.SINCE_JOINED)
        ann = await running.connect(ANN, session.session_id)
        await ann.ask("chat.post", body="secret", anchor={"path": "secret.ipynb", "cell_id": None})
        await ann.ask("chat.post", body="secret too")
        running.old = [e["message_id"] for e in ann.socket.of("chat.posted")]
        await let_in(running, session, BEN)
        await ann.ask("chat.post", body="open")
        running.ann, running.session_of_ann = ann, session
        yield running


async def test_a_newcomer_gets_the_history_since_they_joined(secretive):
    """JO7"""
    ben = await secretive.connect(BEN, secretive.session_of_ann.session_id)
    assert [m["body"] for m in ben.welcome["history"]] == ["open"]
    assert ben.welcome["has_earlier"] is False
    assert ben.welcome["snapshot"]["threads"] == {}
    assert "secret" not in str(ben.socket.told)


async def test_a_newcomer_cannot_resume_into_the_time_before(secretive):
    """JO7"""
    session = secretive.session_of_ann
    joined = session.state.participants["user:ben"].joined_seq
    for after in (0, 2, joined - 2):
        ben = await secretive.connect(BEN, session.session_id, after=after, epoch=session.epoch)
        assert ben.welcome["recovered"] is False
        assert "secret" not in str(ben.socket.told)
    ben = await secretive.connect(BEN, session.session_id, after=joined - 1, epoch=session.epoch)
    assert ben.welcome["recovered"] is True
    assert seqs(ben)[0] == joined


@pytest.mark.parametrize("which", [0, 1])
async def test_a_newcomer_cannot_touch_what_they_do_not_see(secretive, which):
    """JO7: the refusal does not tell it from a message that never was."""
    ben = await secretive.connect(BEN, secretive.session_of_ann.session_id)
    answers = []
    for message_id in (secretive.old[which], "m-never"):
        for ask in (
            {"type_": "chat.post", "body": "re", "reply_to": message_id},
            {"type_": "chat.react", "message_id": message_id, "emoji": "👍", "on": True},
            {"type_": "chat.edit", "message_id": message_id, "body": "x"},
            {"type_": "chat.delete", "message_id": message_id},
        ):
            answer = await ben.ask(**ask)
            answers.append((answer["code"], answer["message"]))
    assert answers[:4] == answers[4:]
    assert {code for code, _ in answers} == {"not_found"}


async def test_a_newcomer_is_not_told_the_text_of_an_old_message_by_its_edit(secretive):
    """JO7 LO2: live, when they come back, and out of the store; they see that there was one."""
    session = secretive.session_of_ann
    ben = await secretive.connect(BEN, session.session_id)
    await secretive.quiet()
    message_id = secretive.old[1]
    edit = {"message_id": message_id, "body": "secret, corrected, @Ben"}
    assert (await secretive.ann.ask("chat.edit", **edit))["type"] == "ack"
    await secretive.ann.ask("chat.post", body="open too")
    await secretive.quiet()
    again = await secretive.connect(
        BEN, session.session_id, after=ben.welcome["head_seq"], epoch=session.epoch
    )
    assert again.welcome["recovered"] is True
    late = await secretive.connect(BEN, session.session_id)
    late.connection.cursor, late.connection.seq = -1, ben.welcome["head_seq"]
    late.connection.wake()
    await secretive.quiet()
    for client in (ben, again, late):
        assert [e["body"] for e in client.socket.of("chat.edited")] == [""]
        assert "secret" not in str(client.socket.told)
        assert seqs(client) == [session.state.last_seq - 1, session.state.last_seq]
    assert secretive.ann.socket.of("chat.edited")[0]["body"] == edit["body"]


async def test_a_newcomer_is_told_the_edits_of_what_they_do_see(secretive):
    """JO7"""
    session = secretive.session_of_ann
    ben = await secretive.connect(BEN, session.session_id)
    message_id = secretive.ann.socket.of("chat.posted")[-1]["message_id"]
    await secretive.ann.ask("chat.edit", message_id=message_id, body="open, corrected")
    await secretive.quiet()
    assert [e["body"] for e in ben.socket.of("chat.edited")] == ["open, corrected"]


async def test_an_owner_and_the_old_members_see_all(secretive):
    """JO7"""
    session = secretive.session_of_ann
    ann = await secretive.connect(ANN, session.session_id)
    assert len(ann.welcome["history"]) == 3
    await secretive.ann.ask("participant.set_role", participant_id="user:ben", role="owner")
    ben = await secretive.connect(BEN, session.session_id)
    assert len(ben.welcome["history"]) == 3


async def test_who_left_and_came_back_sees_nothing_of_the_meantime(secretive):
    """JO7"""
    session = secretive.session_of_ann
    ben = await secretive.connect(BEN, session.session_id)
    await ben.ask("participant.leave")
    await secretive.ann.ask("chat.post", body="behind Ben's back")
    await let_in(secretive, session, BEN)
    again = await secretive.connect(BEN, session.session_id)
    assert again.welcome["history"] == []


async def test_nobody_sees_a_session_they_are_not_in(running):
    """ID3"""
    session = await running.session(ANN)
    await let_in(running, session, BEN)
    assert [s.name for s in await running.hub.sessions_of(BEN)] == ["Work"]
    assert await running.hub.sessions_of(CLEO) == []


async def test_a_restored_log_that_grew_past_a_client_is_noticed_by_its_last_event(
    tmp_path, blank_file
):
    """JO2"""
    path, backup = tmp_path / "store.sqlite", tmp_path / "backup.sqlite"
    shutil.copy(blank_file, path)
    clock = FakeClock()

    async def said(text):
        """A server runs for a while, and Ann says something: how far she has the log then."""
        clock.advance(60)
        async with RunningHub(await open_sqlite(str(path)), clock=clock) as running:
            ann = await running.connect(ANN)
            await ann.ask("chat.post", body=text)
            await running.quiet()
            last = durable(ann)[-1]
            return {"after": last["seq"], "at": last["at"], "epoch": ann.welcome["epoch"]}

    kept = await said("before the backup")
    shutil.copy(path, backup)
    lost = await said("after the backup")
    shutil.copy(backup, path)
    for _ in range(3):
        await said("on the restored log")
    async with RunningHub(await open_sqlite(str(path)), clock=clock) as running:
        ahead = await running.connect(ANN, **lost)
        assert ahead.welcome["recovered"] is False
        assert [m["body"] for m in ahead.welcome["history"]] == [
            "before the backup",
            *["on the restored log"] * 3,
        ]
        true = await running.connect(ANN, **kept)
        assert true.welcome["recovered"] is True
        assert bodies(true) == ["on the restored log"] * 3
