"""A session on the table: people do things, events add up, as in the hub but without IO."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from jupyter_collab_agents.domain import membership, sessions
from jupyter_collab_agents.domain.decisions import (
    Caller,
    Decision,
    Setting,
    decide,
    needed_messages,
)
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.messages import project
from jupyter_collab_agents.domain.permissions import ALL_RIGHTS, Action, Rights, permitted
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol.chat import Message, PostMessage
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Membership, Role
from jupyter_collab_agents.protocol.sessions import HistoryAccess
from jupyter_collab_agents.testing import person, robot

READ_ONLY = Rights(read=True, write=False, execute=False)
SETTING = Setting(max_message=65536, max_participants=20)


ANN = person("ann")
BEN = person("ben")
CLEO = person("cleo")
DAN = person("dan")
GUEST = person("guest", anonymous=True)
ECHO = robot("echo")
NOTEBOOK = robot("notebook")
AGENTS = {agent.participant_id: agent for agent in (ECHO, NOTEBOOK)}


class Scene:
    """Ann owns a session with the agent echo, unless told otherwise."""

    def __init__(
        self,
        *,
        creator=ANN,
        private=False,
        default=False,
        history=HistoryAccess.ALL,
        files=(),
        agents=(ECHO,),
        setting=SETTING,
        name="Sales review",
    ):
        self.state = None
        self.log = []
        self.messages: dict[str, Message] = {}
        self.now = 1_000_000
        self.setting = setting
        self._numbers = itertools.count(1)
        self.record(
            sessions.create(
                session_id="s1",
                name=name,
                creator=creator,
                private=private,
                default=default,
                history=history,
                files=list(files),
                agents=list(agents),
                now=self.now,
            )
        )

    def mint(self, prefix):
        return f"{prefix}{next(self._numbers)}"

    def record(self, decision: Decision):
        """What the hub does with a decision: seq, state, messages."""
        for event in decision.events:
            assert event.seq == 0
            assert event.at == self.now
            numbered = replace(event, seq=len(self.log) + 1)
            self.log.append(numbered)
            self.state = apply(self.state, numbered)
            message_id = getattr(numbered, "message_id", None)
            changed = project(numbered, self.messages.get(message_id))
            if changed is not None:
                self.messages[changed.message_id] = changed
        self.now += 1000
        return decision

    def ask(self, command, by=ANN, rights=ALL_RIGHTS):
        """Decide only."""
        wanted = needed_messages(command)
        return decide(
            self.state,
            command,
            Caller(by, rights),
            now=self.now,
            mint=self.mint,
            messages={key: self.messages[key] for key in wanted if key in self.messages},
            setting=self.setting,
            agents=AGENTS,
        )

    def do(self, command, by=ANN, rights=ALL_RIGHTS):
        return self.record(self.ask(command, by, rights))

    def add(self, profile, role=Role.EDITOR):
        joined = membership.join(
            self.state,
            profile,
            role=role,
            now=self.now,
            setting=self.setting,
            entrance=membership.Entrance.INVITED,
        )
        return self.record(joined)

    def say(self, body, by=ANN, **more):
        """Post, and give the message."""
        decision = self.do(PostMessage(ref="r", body=body, **more), by)
        return self.messages[decision.events[0].message_id]

    def may(self, profile, rights=ALL_RIGHTS) -> frozenset[Action]:
        return permitted(self.state, profile.participant_id, rights)

    def role(self, profile):
        return self.state.participants[profile.participant_id].role

    def membership(self, profile):
        return self.state.participants[profile.participant_id].membership

    def members(self):
        return {
            participant_id
            for participant_id, participant in self.state.participants.items()
            if participant.membership is Membership.MEMBER
        }


def outcome(rule, *arguments, **named):
    """What a rule answers: its value, or its refusal. Anything else raised is a failure."""
    try:
        return rule(*arguments, **named)
    except Refusal as refusal:
        return refusal


@contextmanager
def refused(code: ErrorCode, words: str | None = None) -> Iterator[None]:
    with pytest.raises(Refusal, match=words) as caught:
        yield
    assert caught.value.code is code
    assert caught.value.message.endswith(".")
    assert str(caught.value) == caught.value.message
