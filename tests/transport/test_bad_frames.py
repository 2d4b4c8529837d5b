"""What makes no sense, or claims what only the server may say, changes nothing."""

import contextlib
import json
import struct
from collections.abc import AsyncIterator

import pytest
from running_server.http import Person
from running_server.tabs import Tab, join
from tornado.websocket import WebSocketClosedError


@pytest.fixture
async def tab(ann: Person) -> AsyncIterator[Tab]:
    """Ann's, in a session of her own. What is sent here must leave the log as it was."""
    session_id = await ann.create()
    before = (await ann.get(f"sessions/{session_id}/events")).body
    opened = await join(ann, session_id)
    yield opened
    if not opened.closed:
        assert (await opened.ask("chat.read", read_seq=0))["type"] == "ack", "still of use"
        await opened.close()
    assert (await ann.get(f"sessions/{session_id}/events")).body == before


FORGED = [
    {"author": "user:ben"},
    {"actor": "user:ben"},
    {"kind": "agent"},
    {"at": 1},
    {"seq": 1},
    {"bot": True},
    {"message_id": "m1"},
    {"participant_id": "user:ben"},
    {"run_id": "r1"},
    {"deleted_by": None},
    {"trusted": True},
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda f: next(iter(f)))
async def test_what_only_the_server_says_cannot_be_sent(
    tab: Tab, forged: dict[str, object]
) -> None:
    """ID1."""
    answer = await tab.ask("chat.post", body="who wrote this text?", **forged)
    assert (answer["type"], answer["code"]) == ("rejected", "invalid")


@pytest.mark.parametrize(
    "command",
    [
        {"type": "chat.posted", "body": "x", "seq": 1, "at": 1, "actor": "user:ben"},
        {"type": "participant.joined"},
        {"type": "ack"},
        {"type": "welcome"},
        {"type": "no.such"},
        {"type": ""},
        {"type": None},
        {"type": 1},
        {"body": "a type is missing"},
        {"type": "chat.post"},
        {"type": "chat.post", "body": None},
        {"type": "chat.post", "body": ["x"]},
        {"type": "chat.post", "body": "x", "attachments": [{"kind": "file", "path": "a", "x": 1}]},
        {"type": "chat.post", "body": "x", "attachments": [{"kind": "file", "path": "a"}] * 21},
        {"type": "chat.react", "message_id": "m", "emoji": "", "on": True},
        {"type": "chat.read", "read_seq": -1},
        {"type": "run.start", "agent_id": "agent:notebook", "task": ""},
        {"type": "context.set", "key": "../x", "value": 1, "base_version": 0},
    ],
    ids=str,
)
async def test_an_unknown_type_field_or_value_is_invalid(
    tab: Tab, command: dict[str, object]
) -> None:
    """FR2, FR3."""
    (ref,) = await tab.send(command)
    answer = await tab.answer(ref)
    assert (answer["type"], answer["code"]) == ("rejected", "invalid")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "{",
        "null",
        "7",
        '"text"',
        "{}",
        "[1]",
        "[null]",
        "[[]]",
        '[{"type":"chat.post","ref":"","body":"x"}]',
        '[{"type":"chat.post","ref":"' + "r" * 65 + '","body":"x"}]',
        '[{"type":"chat.post","ref":7,"body":"x"}]',
        '[{"type":"chat.post","body":"x"}]',
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '[{"type":"context.set","ref":"d","key":"k","base_version":0,"value":'
        + "[" * 50_000
        + "]" * 50_000
        + "}]",
        '[{"a":' * 20_000,
        '[{"type":"chat.post","ref":"s","body":"\\ud800"}]',
        '[{"type":"chat.post","ref":"s","body":"\\udc00\\ud800"}]',
        '[{"type":"chat.post","ref":"n","body":"a\\u0000b"}]',
        '[{"type":"chat.post","ref":"u","body":"\u0000"}]',
        b"[]",
        b"\xff\xfe",
    ],
    ids=lambda f: repr(f[:40]),
)
async def test_a_frame_that_makes_no_sense_is_refused_and_the_next_is_served(
    tab: Tab, frame: str | bytes
) -> None:
    """FR2, FR3."""
    assert await tab.refusal(frame) == "invalid"


async def test_an_empty_frame_asks_nothing(tab: Tab) -> None:
    """FR1."""
    await tab.raw("[]")


async def test_a_bad_command_is_refused_and_the_others_of_its_frame_are_served(
    ann: Person,
) -> None:
    """FR2, FR3."""
    tab = await join(ann, await ann.create())
    fine, bad = await tab.send(
        {"type": "chat.post", "body": "this one would be fine"}, {"type": "no.such"}
    )
    assert (await tab.answer(bad))["code"] == "invalid"
    assert (await tab.answer(fine))["type"] == "ack"
    await tab.close()


async def test_text_that_is_no_utf8_ends_the_socket(ann: Person) -> None:
    """FR2."""
    tab = await join(ann, await ann.create())
    stream = tab._socket.protocol.stream
    await stream.write(b"\x81\x82\x00\x00\x00\x00\xff\xfe")
    assert await tab.until_closed() in (1002, 1007, 1006, None)


async def test_a_frame_above_the_limit_ends_the_socket(ann: Person) -> None:
    """FR6: it is refused by the length that it announces, before its text is read."""
    tab = await join(ann, await ann.create())
    text_with_a_mask, length_in_eight_bytes = 0x81, 0xFF
    head = struct.pack("!BBQ", text_with_a_mask, length_in_eight_bytes, 2**20)
    await tab._socket.protocol.stream.write(head)
    assert await tab.until_closed() == 1009


async def test_nothing_of_a_frame_above_the_limit_happens(ann: Person) -> None:
    """FR6."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    # the server may hang up while the rest is still being sent
    with contextlib.suppress(WebSocketClosedError):
        await tab.raw(json.dumps([{"type": "chat.post", "ref": "big", "body": "x" * 2**20}]))
    await tab.until_closed()
    assert tab.of("ack") == []
    assert (await ann.get(f"sessions/{session_id}/messages")).json["messages"] == []


async def test_twenty_senseless_frames_end_the_socket(ann: Person, ben: Person) -> None:
    """FR6."""
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    other = await join(ben, session_id)
    tab = await join(ann, session_id)
    for _ in range(20):
        await tab.raw("nonsense")
    assert await tab.until_closed() == 4502
    assert (await other.ask("chat.post", body="nothing happened to me"))["type"] == "ack"
    await other.close()


async def test_the_longest_message_is_kept_and_one_byte_more_is_too_large(ann: Person) -> None:
    """CH1."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    limit = tab.welcome["limits"]["max_message"]
    longest = "é" * (limit // 2)
    assert (await tab.ask("chat.post", body=longest))["type"] == "ack"
    for body in (longest + "x", "x" * 65 * 1024):
        answer = await tab.ask("chat.post", body=body)
        assert (answer["type"], answer["code"]) == ("rejected", "too_large")
    messages = (await ann.get(f"sessions/{session_id}/messages")).json["messages"]
    assert [m["body"] for m in messages] == [longest]
    over = await ann.post(f"sessions/{session_id}/messages", {"body": "x" * 65 * 1024})
    assert (over.status, over.problem) == (413, "too_large")
    await tab.close()


@pytest.mark.parametrize(
    "raw", ["", "{", "[]", "null", "[" * 100_000, '{"body":"\\ud800"}', "\xff"]
)
async def test_a_request_that_makes_no_sense_is_invalid(ann: Person, raw: str) -> None:
    """FR2."""
    session_id = await ann.create()
    answer = await ann.post(f"sessions/{session_id}/messages", raw=raw.encode("latin-1"))
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_a_request_above_the_limit_is_too_large(ann: Person) -> None:
    session_id = await ann.create()
    answer = await ann.post(f"sessions/{session_id}/messages", {"body": "x" * 300_000})
    assert (answer.status, answer.problem) == (413, "too_large")
