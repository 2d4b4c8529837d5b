"""Sessions, messages and notebooks on the table, and a context that reads them."""

import json
from pathlib import Path

from jupyter_collab_agents.agents.agent import AgentInfo, AgentTask
from jupyter_collab_agents.agents.notebook.analysis import Analysis
from jupyter_collab_agents.agents.notebook.view import view_of
from jupyter_collab_agents.agents.registry import profile_of
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol.chat import Message, Thread
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Kind, Membership, Participant, Role
from jupyter_collab_agents.protocol.sessions import HistoryAccess, SessionCreated
from jupyter_collab_agents.testing import person

NOTEBOOKS = Path(__file__).parent / "notebooks"


def info(name, **more):
    return AgentInfo(agent_id=f"agent:{name}", name=name, description=f"does {name}", **more)


def member(profile, *, role=None, muted=False, membership=Membership.MEMBER):
    usual = Role.COMMENTER if profile.kind is Kind.AGENT else Role.EDITOR
    return Participant(
        profile=profile,
        role=role or usual,
        membership=membership,
        joined_at=0,
        joined_seq=1,
        muted=muted,
    )


def session(*participants, **changes):
    """A session with people (by bare name), agents (by "agent:name") or whole Participants."""
    members = {}
    for one in participants:
        participant = one
        if isinstance(one, str):
            name = one.removeprefix("agent:")
            participant = member(profile_of(info(name)) if name != one else person(one))
        members[participant.profile.participant_id] = participant
    created = SessionCreated(
        seq=1,
        at=0,
        actor="user:ann",
        session_id="s1",
        name="Sales review",
        private=False,
        default=False,
        history=HistoryAccess.ALL,
        files=[],
    )
    state = replaced(apply(None, created), participants=members)
    return replaced(state, **changes)


def replaced(struct, **changes):
    from msgspec.structs import replace

    return replace(struct, **changes)


def message(body="hello", *, author="user:ann", mentions=(), **more):
    fields = {
        "message_id": "m1",
        "seq": 1,
        "at": 0,
        "author": author,
        "body": body,
        "thread_id": None,
        "anchor": None,
        "attachments": [],
        "mentions": list(mentions),
        "reactions": {},
        "edited_at": None,
        "edits": 0,
        "deleted_by": None,
        "run_id": None,
    }
    return Message(**{**fields, **more})


def thread(*participants, anchor=None):
    return Thread(
        thread_id="m0",
        anchor=anchor,
        replies=len(participants),
        last_seq=1,
        last_at=0,
        participants=list(participants),
    )


def task(text="", **more):
    fields = {"run_id": "r1", "session_id": "s1", "text": text, "asked_by": person("ann"), **more}
    return AgentTask(**{"on_behalf_of": fields["asked_by"], **fields})


def code(source, count=None, outputs=(), **more):
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": count,
        "outputs": list(outputs),
        **more,
    }


def markdown(source):
    return {"cell_type": "markdown", "source": source}


def failed(name, message, *lines):
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": list(lines)}


def shown(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}}


def view(*cells, path="sales.ipynb", live=True):
    """A notebook; a plain string is a code cell, ids are c1, c2, …"""
    content = [code(one) if isinstance(one, str) else one for one in cells]
    with_ids = [{"id": f"c{number}", **one} for number, one in enumerate(content, 1)]
    return view_of(path, live, {"cells": with_ids})


def notebook(*cells):
    return Analysis(view(*cells))


def stored(name):
    """A notebook of the folder beside this file, as a real kernel left it."""
    return view_of(name, True, json.loads((NOTEBOOKS / name).read_text(encoding="utf-8")))


class FakeContext:
    """Implements AgentContext over what a test puts in."""

    def __init__(self, *views, state=None, locations=None, files=(), paths=None):
        self.views = {one.path: one for one in views}
        self.state = state or session("ann", "agent:notebook")
        self.locations = locations or {}
        self.files = list(files)
        self.paths = list(self.views) if paths is None else paths
        self.read = []

    async def read_notebook(self, path):
        self.read.append(path)
        if path not in self.views:
            raise Refusal(ErrorCode.NOT_FOUND, f"There is no notebook '{path}'.")
        return self.views[path]

    async def list_notebooks(self):
        return self.paths

    async def files_beside(self, path):
        return self.files

    def session(self):
        return self.state

    async def recent_messages(self, limit):
        return []

    async def location_of(self, participant_id):
        return self.locations.get(participant_id)

    def shared_context(self):
        return {}


async def answer(agent, asked, ctx):
    """The whole text of one run."""
    from jupyter_collab_agents.agents.agent import Text

    return "".join([e.text async for e in agent.run(asked, ctx) if isinstance(e, Text)])
