"""What comes up a socket."""

import msgspec
import pytest
from prometheus_client import REGISTRY

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.hub.connection import MAX_WAITING_ANSWERS
from jupyter_collab_agents.hub.inbox import MAX_ITEMS_APART
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.testing import RunningHub

from .scene import ANN, BEN, bodies


def refusals(client):
    return [(r["ref"], r["code"]) for r in client.socket.of("rejected")]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[[[[",
        "[" * 100_000,
        '"chat.post"',
        "[1]",
        '[{"type":"chat.post"}]',
        '[{"type":"nothing.like_it","ref":"r"}]',
        '[{"type":"chat.post","ref":"","body":"x"}]',
        '[{"type":"chat.post","ref":"r","body":5}]',
        '[{"type":"chat.post","ref":"r","body":"x","actor":"user:ben"}]',
        '[{"type":"chat.post","ref":"r","body":"x","seq":7}]',
        '[{"type":"ack","ref":"r","seq":7}]',
        b'[{"type":"chat.post","ref":"r","body":"x"}]',
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(running, frame):
    """FR1 FR2 FR3 ID1"""
    ann = await running.connect(ANN)
    before = ann.connection.session.state
    await ann.raw(frame)
    await running.quiet()
    assert {code for _, code in refusals(ann)} == {"invalid"}
    assert ann.connection.session.state == before
    assert ann.socket.closed is None


async def test_one_senseless_command_leaves_the_others_of_its_frame(running):
    """FR2 FR3 LO4"""
    ann = await running.connect(ANN)
    await ann.send(
        {"type": "chat.post", "ref": "1", "body": "one"},
        {"type": "chat.post", "ref": "2", "body": "two", "sudo": True},
        {"type": "nonsense", "ref": "3"},
        {"type": "chat.post", "ref": "4", "body": "three"},
    )
    await running.quiet()
    assert refusals(ann) == [("2", "invalid"), ("3", "invalid")]
    assert [a["ref"] for a in ann.socket.of("ack")] == ["1", "4"]
    assert bodies(ann) == ["one", "three"]


@pytest.mark.parametrize("count", [150, MAX_ITEMS_APART + 500])
async def test_every_command_of_a_long_frame_gets_its_answer(count):
    """FR3"""
    async with RunningHub(settings=Settings(command_rate=1e6, command_burst=100_000)) as running:
        ann = await running.connect(ANN)
        commands = [{"type": "chat.post", "body": "x", "ref": str(n)} for n in range(count)]
        commands[-1]["sudo"] = True
        await ann.send(*commands)
        await running.quiet()
        answers = [a["ref"] for a in ann.socket.of("ack", "rejected")]
        assert sorted(answers, key=int) == [str(n) for n in range(count)]
        # too many to be looked at one by one are refused together
        done = [a["ref"] for a in ann.socket.of("ack")]
        assert len(done) == len(bodies(ann)) == (count - 1 if count <= MAX_ITEMS_APART else 0)
        assert ann.socket.closed is None


async def test_more_refusals_than_may_wait_go_out_on_the_way(running):
    """FR3"""
    ann = await running.connect(ANN)
    refs = await ann.send(
        *({"type": "chat.post", "body": "x"} for _ in range(2 * MAX_WAITING_ANSWERS))
    )
    await running.quiet()
    assert {a["ref"] for a in ann.socket.of("ack", "rejected")} == set(refs)
    assert ann.socket.closed is None


async def test_twenty_frames_without_sense_are_enough(running):
    """FR6"""
    ann = await running.connect(ANN)
    for _ in range(19):
        await ann.raw("nonsense")
    assert ann.socket.closed is None
    await ann.raw("nonsense")
    assert ann.socket.closed[0] == 4502


async def test_a_refusal_is_not_a_disconnection(running):
    """FR3"""
    ann = await running.connect(ANN)
    assert (await ann.ask("chat.post", body="  "))["type"] == "rejected"
    assert (await ann.ask("chat.post", body="Hello"))["type"] == "ack"


async def test_presence_typing_and_reports_are_answered_only_when_refused(running):
    """FR3"""
    ann = await running.connect(ANN)
    await ann.send(
        {"type": "presence.update", "location": {"path": "a.ipynb"}},
        {"type": "typing.update", "typing": True},
        {"type": "edit.report", "path": "a.ipynb", "cells": []},
        {"type": "reveal.request", "location": {"path": "a.ipynb"}},
    )
    await running.quiet()
    assert ann.socket.of("ack", "rejected") == []
    (ref,) = await ann.send({"type": "presence.update", "location": {"path": "/etc/passwd"}})
    await running.quiet()
    assert refusals(ann) == [(ref, "forbidden")]


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "a/../../b", ".ssh/id"])
async def test_paths_that_lead_out_are_refused_wherever_they_stand(running, path):
    """CH6"""
    ann = await running.connect(ANN)
    file = {"kind": "file", "path": path}
    await ann.send(
        {"type": "chat.post", "body": "x", "attachments": [file]},
        {"type": "chat.post", "body": "x", "anchor": {"path": path, "cell_id": None}},
        {"type": "session.set_files", "files": [path]},
        {"type": "session.set_active_file", "path": path},
        {"type": "edit.report", "path": path, "cells": []},
        {"type": "reveal.request", "location": {"path": path}},
    )
    await running.quiet()
    assert len(refusals(ann)) == 6
    assert {code for _, code in refusals(ann)} <= {"invalid", "forbidden"}


async def test_the_server_s_own_check_of_paths_is_asked_before_anything_happens(running):
    """CH6"""
    asked = []

    async def guard(path):
        asked.append(path)
        raise Refusal(ErrorCode.FORBIDDEN, "no")

    running.hub.path_guard = guard
    ann = await running.connect(ANN)
    file = {"kind": "file", "path": "link.txt"}
    answer = await ann.ask("chat.post", body="x", attachments=[file])
    assert answer["code"] == "forbidden"
    assert asked == ["link.txt"]


async def test_values_that_are_hard_to_store_are_kept_or_refused_but_never_fatal(running):
    """CO2 CH1 FR3"""
    ann = await running.connect(ANN)
    for n, value in enumerate([None, [], {}, "\x00", "🦉" * 10, 2**63, 2**64, 1e308, [[[[]]]]]):
        answer = await ann.ask("context.set", key=f"k{n}", value=value, base_version=0)
        assert answer["type"] in {"ack", "rejected"}
    for body in (
        "\x00",
        "\u202e",
        "a\ud83d\udc68\u200d\ud83d\udcbb".encode("utf-16", "surrogatepass").decode("utf-16"),
    ):
        await ann.ask("chat.post", body=body)
    await ann.raw('[{"type":"chat.post","ref":"s","body":"\\ud800"}]')
    await running.quiet()
    assert ann.socket.closed is None
    ben = await running.connect(BEN)
    assert msgspec.to_builtins(ben.connection.session.state) == ben.welcome["snapshot"]


async def test_the_metrics_move(running):
    def value(name, **labels):
        return REGISTRY.get_sample_value(f"collab_agents_{name}", labels) or 0

    watched = [
        ("events_total", {"type": "chat.posted"}),
        ("refusals_total", {"code": "invalid"}),
        ("connections", {}),
        ("flush_seconds_count", {}),
        ("delivery_seconds_count", {}),
    ]
    before = [value(name, **labels) for name, labels in watched]
    ann = await running.connect(ANN)
    await ann.ask("chat.post", body="Hello")
    await ann.ask("chat.post", body=" ")
    await running.quiet()
    after = [value(name, **labels) for name, labels in watched]
    assert all(b > a for a, b in zip(before, after, strict=True))
    assert value("live_sessions") == 1
    ann.leave()
    assert value("connections") == before[2]
