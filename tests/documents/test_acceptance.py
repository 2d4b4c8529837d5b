"""Accepting when things go wrong or happen at once; what agents propose."""

import asyncio

import pytest

from jupyter_collab_agents.documents.acceptance import Acceptance
from jupyter_collab_agents.documents.broker import Broker
from jupyter_collab_agents.documents.changing import Done, Now
from jupyter_collab_agents.documents.intent import Actor, Wanted
from jupyter_collab_agents.documents.log import DocumentLog
from jupyter_collab_agents.documents.permit import MergeSetting, Permit
from jupyter_collab_agents.documents.proposals import MAX_OPEN, Proposals
from jupyter_collab_agents.documents.protection import NoLocks
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.merge import apply_edits
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.storage.store import StoreUnavailable
from jupyter_collab_agents.testing import FakeClock, Fault, FaultyStore

from .scene import Files

PATH = "notes.md"
TEXT = "one\ntwo\nthree\nfour\nfive\n"
LOUD = "ONE\ntwo\nthree\nfour\nFIVE\n"
RUN = Actor("agent:notebook", "notebook", "agent:notebook/r1", True)
ANN = Actor("user:ann", "Ann", "user:ann", True)
BEN = Actor("user:ben", "Ben", "user:ben", True)


class Text:
    """``Changing`` over one text in memory; ``origins``: who changed it."""

    def __init__(self):
        self.content = TEXT
        self.origins = []

    async def read(self, document_id, path):
        return Now(self.content, live=True)

    async def change(self, document_id, path, make, allow, *, origin):
        merged = make(self.content)
        allow(merged)
        if merged.steps:
            self.content = apply_edits(self.content, merged.steps)
            self.origins.append(origin)
        return Done(merged, self.content)


class Server:
    """One server's proposals; ``snapshots``: what was kept before runs."""

    def __init__(self, store, text):
        self.text, self.clock, self.told, self.snapshots = text, FakeClock(), [], []
        log = DocumentLog(store, self.clock, lambda _: PATH, self.told.append)
        setting = MergeSetting()
        self.broker = Broker(
            store=store,
            clock=self.clock,
            log=log,
            file_ids=Files(PATH),
            changing=text,
            permit=Permit(setting, self.clock, log, NoLocks()),
        )
        acceptance = Acceptance(self.clock, log, self.broker, self._before_run)
        self.proposals = Proposals(store, self.clock, log, self.broker, acceptance)

    async def _before_run(self, *what):
        self.snapshots.append(what)

    async def propose(self, actor=RUN, content=LOUD, **more):
        version = (await self.broker.read(PATH)).version
        run_id = "r1" if actor is RUN else None
        made = await self.proposals.propose(
            actor, PATH, Wanted(version, content), title="Louder", run_id=run_id, **more
        )
        return made.proposal.proposal_id


@pytest.fixture
def store():
    return FaultyStore()


@pytest.fixture
def server(store):
    return Server(store, Text())


async def test_what_is_accepted_is_the_proposers_edit(server):
    """PP3"""
    made = await server.propose()
    await server.proposals.accept(ANN, made, ["h1"])
    await server.proposals.accept(BEN, made, ["h2"])
    assert server.text.content == LOUD
    assert server.text.origins == ["agent:notebook/r1"] * 2
    events = [event for changed in server.told for event in changed.events]
    assert [event.actor for event in events] == ["agent:notebook", "user:ann", "user:ben"]


async def test_before_the_first_hunk_of_a_run_the_document_is_kept(server):
    """PP3, SN1"""
    made = await server.propose()
    await server.proposals.accept(ANN, made, ["h1"])
    await server.proposals.accept(ANN, made, ["h2"])
    assert server.snapshots == [("file-1", PATH, "agent:notebook", "r1")]
    mine = await server.propose(ANN, TEXT)
    await server.proposals.accept(BEN, mine, None)
    assert len(server.snapshots) == 1


async def test_agents_propose_and_comment_and_do_not_decide(server):
    """PP5"""
    made = await server.propose()
    await server.proposals.comment(RUN, made, "Better to read")
    for decide in (server.proposals.accept, server.proposals.reject):
        with pytest.raises(Refusal, match="People decide"):
            await decide(RUN, made, None)
    assert server.text.content == TEXT


async def test_whoever_may_only_read_proposes_and_does_not_decide(server):
    """PP5"""
    reader = Actor("user:cara", "Cara", "user:cara", False)
    made = await server.propose(reader)
    for decide in (server.proposals.accept, server.proposals.reject):
        with pytest.raises(Refusal, match="may not change files"):
            await decide(reader, made, None)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNKNOWN])
async def test_when_the_store_fails_in_between_accepting_again_settles_it(server, store, fault):
    """PP6: the text is in the document once."""
    made = await server.propose()
    store.faults.append(fault)
    with pytest.raises(StoreUnavailable):
        await server.proposals.accept(ANN, made, None, ref="one")
    assert server.text.content == LOUD
    done = await server.proposals.accept(ANN, made, None, ref="one")
    assert done.proposal.status.value == "accepted"
    assert server.text.content == LOUD
    again = await Server(store, server.text).proposals.details(made)
    assert again.proposal == done.proposal


async def test_of_two_who_decide_at_once_one_is_second(server):
    """PP2"""
    made = await server.propose()
    answers = await asyncio.gather(
        server.proposals.accept(ANN, made, ["h1"]),
        server.proposals.reject(BEN, made, ["h1"]),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [refusal.code for refusal in refusals] == [ErrorCode.CONFLICT]
    verdict = (await server.proposals.details(made)).parts[0].hunks[0]
    assert verdict.decided_by == "user:ann"


async def test_many_reviewers_at_once_lose_nothing(server):
    """PP2"""
    lines = [f"line {n}\n" for n in range(40)]
    server.text.content = "".join(lines)
    wanted = "".join(line.upper() if n % 2 else line for n, line in enumerate(lines))
    made = await server.propose(content=wanted)
    people = [Actor(f"user:p{n}", f"P{n}", f"user:p{n}", True) for n in range(20)]
    await asyncio.gather(
        *(
            server.proposals.accept(who, made, [f"h{n}"])
            if n % 3
            else server.proposals.reject(who, made, [f"h{n}"])
            for n, who in enumerate(people, 1)
        )
    )
    done = await server.proposals.details(made)
    assert (done.proposal.open, done.proposal.accepted, done.proposal.rejected) == (0, 14, 6)
    expected = [
        line.upper() if n % 2 and (n // 2 + 1) % 3 else line for n, line in enumerate(lines)
    ]
    assert server.text.content == "".join(expected)


async def test_somebody_has_only_so_many_open_proposals(server):
    for number in range(MAX_OPEN):
        await server.propose(content=f"{TEXT}{number}\n")
    with pytest.raises(Refusal, match="wait already"):
        await server.propose(content=f"{TEXT}more\n")
    await server.propose(ANN)


async def test_what_is_long_over_is_forgotten_with_its_texts(server, store):
    made = await server.propose()
    await server.proposals.reject(ANN, made, None)
    kept = await server.propose()
    server.clock.advance(91 * 24 * 3600)
    await server.proposals.forget()
    with pytest.raises(Refusal, match="no such proposal"):
        await server.proposals.details(made)
    assert (await server.proposals.details(kept)).proposal.open == 2
