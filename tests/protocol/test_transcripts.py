"""The golden transcripts are what the domain makes today, and clients can read them."""

import json
from typing import get_args

import msgspec
import pytest

from jupyter_collab_agents.domain.messages import project
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol.chat import Message
from jupyter_collab_agents.protocol.frames import AnyDurable, decode_durable, encode
from jupyter_collab_agents.protocol.sessions import SessionState

from .transcripts import FOLDER, SCENARIOS, transcript


def lines(name):
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_transcript_is_what_the_domain_makes(name):
    """JO4: after a change on purpose, run ``python tests/protocol/transcripts.py``."""
    assert (FOLDER / f"{name}.jsonl").read_bytes() == transcript(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_its_events_are_read_and_written_the_same(name):
    """FR4 LO2"""
    events = [event for line in lines(name)[:-1] for event in line["events"]]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for event in events:
        decoded = decode_durable(json.dumps(event).encode())
        assert json.loads(encode(decoded)) == event


@pytest.mark.parametrize("name", SCENARIOS)
def test_state_and_messages_are_the_sum_of_the_events(name):
    """JO4"""
    *steps, end = lines(name)
    state, messages = None, {}
    for step in steps:
        for raw in step["events"]:
            event = decode_durable(json.dumps(raw).encode())
            state = apply(state, event)
            message_id = getattr(event, "message_id", None)
            message = project(event, messages.get(message_id))
            if message is not None:
                messages[message_id] = message
    assert state == msgspec.convert(end["state"], SessionState)
    assert list(messages.values()) == msgspec.convert(end["messages"], list[Message])


def test_what_an_older_server_does_not_know_of_an_event_it_ignores():
    """FR5"""
    event = lines("chat")[0]["events"][0]
    assert decode_durable(json.dumps({**event, "since_next_year": [1]}).encode()) == decode_durable(
        json.dumps(event).encode()
    )


def test_every_durable_event_is_in_some_transcript():
    seen = {event["type"] for name in SCENARIOS for s in lines(name)[:-1] for event in s["events"]}
    assert seen == {kind.__struct_config__.tag for kind in get_args(AnyDurable)}


def test_there_is_no_other_file():
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(SCENARIOS)
