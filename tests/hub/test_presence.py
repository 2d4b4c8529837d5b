"""Who is here, where, doing what."""

from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.testing import FaultyStore, RunningHub

from .scene import ANN, BEN, NOA, let_in, wake_up

HERE = {"path": "a.ipynb", "cell_id": "c1", "cell_index": 0}
THERE = {"path": "b.ipynb"}


async def tick(running, seconds=0.05):
    running.clock.advance(seconds)
    await running.quiet()


def last(client, participant_id):
    return [
        one["presence"]
        for one in client.socket.of("presence.changed")
        if one["presence"]["participant_id"] == participant_id
    ][-1]


async def test_three_tabs_are_one_participant_at_the_place_used_last(running):
    """ID4 PR1"""
    ann = await running.connect(ANN)
    tabs = [await running.connect(BEN) for _ in range(3)]
    await tick(running)
    await tabs[0].send({"type": "presence.update", "location": HERE})
    await tick(running)
    await tabs[2].send({"type": "presence.update", "location": THERE})
    await tick(running)
    ben = last(ann, "user:ben")
    assert (ben["connections"], ben["location"]["path"]) == (3, "b.ipynb")
    tabs[2].leave()
    await tick(running)
    ben = last(ann, "user:ben")
    assert (ben["connections"], ben["location"]["path"]) == (2, "a.ipynb")
    assert running.hub.live_sessions[ann.connection.session.session_id].presence.online() == 2


async def test_whoever_closes_the_last_tab_is_offline(running):
    """PR1"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await tick(running)
    assert last(ann, "user:ben")["activity"] == "active"
    ben.leave()
    await tick(running)
    assert last(ann, "user:ben")["activity"] == "offline"
    assert last(ann, "user:ben")["connections"] == 0
    cleo = await running.connect(ANN)
    assert [p["participant_id"] for p in cleo.welcome["presence"]] == ["user:ann"]


async def test_silence_makes_idle_then_away_and_a_sign_of_life_active_again(running):
    """PR1"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await tick(running)
    await wake_up(running, 121)
    assert last(ann, "user:ben")["activity"] == "idle"
    await wake_up(running, 900)
    assert last(ann, "user:ben")["activity"] == "away"
    await ben.send({"type": "chat.post", "body": "back"})
    await tick(running)
    assert last(ann, "user:ben")["activity"] == "active"


async def test_a_hidden_tab_is_no_sign_of_life(running):
    """PR1"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await wake_up(running, 121)
    await ben.send({"type": "presence.update", "location": HERE, "active": False})
    await tick(running)
    assert last(ann, "user:ben")["activity"] == "idle"
    assert last(ann, "user:ben")["location"] == {**HERE, "cursor": None, "selection": None}


async def test_changes_are_told_at_most_once_per_interval(running):
    """PR2"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await tick(running)
    before = len(ann.socket.of("presence.changed"))
    for n in range(50):
        await ben.send({"type": "presence.update", "location": {"path": f"{n}.ipynb"}})
    await running.quiet()
    assert len(ann.socket.of("presence.changed")) == before
    await tick(running)
    assert len(ann.socket.of("presence.changed")) == before + 1
    assert last(ann, "user:ben")["location"]["path"] == "49.ipynb"


async def test_what_did_not_change_is_not_told_again(running):
    """PR2"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await tick(running)
    place = {"type": "presence.update", "location": HERE, "active": False}
    await ben.send(dict(place))
    await tick(running)
    before = len(ann.socket.of("presence.changed"))
    await ben.send(dict(place))
    await tick(running)
    assert len(ann.socket.of("presence.changed")) == before


async def test_typing_is_told_once_and_ends_by_itself(running):
    """PR3"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    for _ in range(3):
        await ben.send({"type": "typing.update", "typing": True})
        await tick(running, 2)
    assert [t["typing"] for t in ann.socket.of("typing.changed")] == [True]
    await tick(running, 6)
    assert [t["typing"] for t in ann.socket.of("typing.changed")] == [True, False]


async def test_typing_in_a_thread_ends_in_that_thread(running):
    """PR3"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await ben.send({"type": "typing.update", "typing": True, "thread_id": "m1"})
    await tick(running, 7)
    told = [(t["typing"], t["thread_id"]) for t in ann.socket.of("typing.changed")]
    assert told == [(True, "m1"), (False, "m1")]


async def test_whoever_may_not_post_does_not_type(running):
    """PR3 PA1 FR3"""
    from jupyter_collab_agents.protocol.participants import Role

    session = await running.session(ANN)
    await let_in(running, session, BEN, Role.VIEWER)
    ann = await running.connect(ANN, session.session_id)
    ben = await running.connect(BEN, session.session_id)
    await ben.send({"type": "typing.update", "typing": True})
    await running.quiet()
    assert ben.socket.of("rejected")[0]["code"] == "forbidden"
    assert ann.socket.of("typing.changed") == []


async def test_the_pulse_goes_out_only_when_something_changed(running):
    """SE7"""
    ann = await running.connect(ANN)
    await wake_up(running, 5)
    assert len(ann.socket.of("session.state")) == 1
    await wake_up(running, 5)
    assert len(ann.socket.of("session.state")) == 1
    await ann.ask("session.set_active_file", path="a.ipynb")
    await wake_up(running, 5)
    pulse = ann.socket.of("session.state")
    assert len(pulse) == 2
    assert pulse[1]["active_file"] == "a.ipynb"
    assert pulse[1]["head_seq"] == ann.connection.session.state.last_seq


async def test_an_agent_is_present_and_says_what_it_does(running):
    """AG1 PR1"""
    running.hub.agents = {NOA.participant_id: NOA}
    ann = await running.connect(ANN)
    here = {p["participant_id"]: p for p in ann.welcome["presence"]}
    assert here["agent:notebook"]["doing"] is None
    session = ann.connection.session
    session.presence.doing(NOA.participant_id, "reads a.ipynb")
    await tick(running)
    assert last(ann, "agent:notebook")["doing"] == "reads a.ipynb"
    session.presence.doing(NOA.participant_id, None)
    await tick(running)
    assert last(ann, "agent:notebook")["doing"] is None


async def test_ephemeral_commands_never_touch_the_store():
    """LO8"""
    store = FaultyStore()
    async with RunningHub(store) as running:
        ann = await running.connect(ANN)
        await running.quiet()
        store.broken = True
        before = store.appends
        await ann.send(
            {"type": "presence.update", "location": HERE},
            {"type": "typing.update", "typing": True},
            {"type": "edit.report", "path": "a.ipynb", "cells": []},
        )
        await tick(running)
        assert store.appends == before
        assert ann.socket.closed is None
        assert len(ann.socket.of("edit.reported")) == 1
        store.broken = False


async def test_an_edit_report_says_who_where_and_how_much_but_no_text(running):
    """PR4 ID1"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    cells = [{"cell_id": "c1", "kind": "edited", "inserted": 5, "removed": 2}]
    await ben.send({"type": "edit.report", "path": "a.ipynb", "cells": cells})
    await running.quiet()
    told = ann.socket.of("edit.reported")[0]
    assert told == {
        "type": "edit.reported",
        "actor": "user:ben",
        "at": running.clock.now(),
        "path": "a.ipynb",
        "cells": cells,
    }
    text = [{**cells[0], "text": "secret"}]
    await ben.send({"type": "edit.report", "path": "a.ipynb", "cells": text})
    assert len(ann.socket.of("edit.reported")) == 1


async def test_only_those_who_may_bring_ask_everybody_to_a_place(running):
    """PR5"""
    from jupyter_collab_agents.protocol.participants import Role

    session = await running.session(ANN)
    await let_in(running, session, BEN, Role.COMMENTER)
    ann = await running.connect(ANN, session.session_id)
    ben = await running.connect(BEN, session.session_id)
    assert "bring" in ann.welcome["permissions"]
    await ann.send({"type": "reveal.request", "location": HERE})
    await ben.send({"type": "reveal.request", "location": THERE})
    await running.quiet()
    assert [r["actor"] for r in ben.socket.of("reveal.requested")] == ["user:ann"]
    assert ben.socket.of("rejected")[0]["code"] == "forbidden"


async def test_read_marks_hold_for_all_tabs_and_only_move_forward(running):
    """CH9 ID4"""
    first, second = await running.connect(ANN), await running.connect(ANN)
    ben = await running.connect(BEN)
    for n in range(3):
        await ben.ask("chat.post", body=str(n))
    head = first.connection.session.state.last_seq
    await first.ask("chat.read", read_seq=head - 1)
    await running.quiet()
    assert [r["read_seq"] for r in second.socket.of("chat.read_changed")] == [head - 1]
    await second.ask("chat.read", read_seq=1)
    await first.ask("chat.read", read_seq=10_000)
    await running.quiet()
    told = [r["read_seq"] for r in second.socket.of("chat.read_changed")]
    assert told == [head - 1, head - 1, head]
    assert ben.socket.of("chat.read_changed") == []
    assert (await running.connect(ANN)).welcome["read_seq"] == head


async def test_presence_in_one_session_is_not_told_in_another():
    async with RunningHub(settings=Settings()) as running:
        session = await running.session(ANN)
        ann = await running.connect(ANN)
        await running.quiet()
        before = len(ann.socket.told)
        there = await running.connect(ANN, session.session_id)
        await there.send({"type": "presence.update", "location": HERE})
        await tick(running)
        assert len([t for t in ann.socket.told[before:] if t["type"] != "presence.changed"]) == 0
        assert last(ann, "user:ann")["location"] is None
