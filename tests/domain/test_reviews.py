"""The review of a proposal, decision by decision."""

import pytest
from msgspec.structs import replace

from jupyter_collab_agents.domain.proposals import Part
from jupyter_collab_agents.domain.reviews import (
    MAX_COMMENTS,
    Review,
    Reviewer,
    chosen,
    commented,
    decided,
    status_of,
    summary_of,
    withdrawn,
)
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.proposals import (
    HunkKind,
    HunkStatus,
    ProposalComment,
    ProposalStatus,
)

from .scene import refused

ANN, BEN = Reviewer("user:ann", "Ann"), Reviewer("user:ben", "Ben")
NOA = Reviewer("agent:notebook", "notebook")
ACCEPTED, REJECTED = HunkStatus.ACCEPTED, HunkStatus.REJECTED


@pytest.fixture
def review():
    cells = ["c1", "c1", "c2"]
    parts = [Part(hunk_id=f"h{n}", kind=HunkKind.TEXT, cell_id=c) for n, c in enumerate(cells, 1)]
    return Review(
        proposal_id="p",
        path="a.ipynb",
        title="Tidy",
        by="agent:notebook",
        by_name="notebook",
        origin="agent:notebook/r1",
        run_id="r1",
        at=5,
        base="b",
        proposed="p",
        parts=parts,
    )


def decide(review, who, status, *hunks, now=7):
    return decided(review, chosen(review, hunks or None, who, status), status, who, now)


def test_a_new_proposal_is_open_in_all_its_hunks(review):
    """PP2"""
    summary = summary_of(review)
    assert (summary.status, summary.revision) == (ProposalStatus.OPEN, 1)
    assert (summary.open, summary.accepted, summary.rejected) == (3, 0, 0)
    assert (summary.cells, summary.run_id) == (["c1", "c2"], "r1")


@pytest.mark.parametrize(
    ("first", "rest", "status"),
    [
        (ACCEPTED, ACCEPTED, ProposalStatus.ACCEPTED),
        (REJECTED, REJECTED, ProposalStatus.REJECTED),
        (ACCEPTED, REJECTED, ProposalStatus.PARTLY),
    ],
)
def test_it_is_over_when_everything_is_decided(review, first, rest, status):
    """PP2"""
    one = decide(review, ANN, first, "h2")
    assert status_of(one) is ProposalStatus.OPEN
    done = decide(one, BEN, rest)
    assert (status_of(done), summary_of(done).revision) == (status, 3)
    assert [done.verdicts[h].by for h in ("h1", "h2", "h3")] == ["user:ben", "user:ann", "user:ben"]
    assert chosen(done, None, ANN, ACCEPTED) == []


def test_a_decision_is_made_once(review):
    """PP2"""
    one = decide(review, ANN, ACCEPTED, "h2")
    assert [part.hunk_id for part in chosen(one, ["h2", "h1", "h1"], BEN, ACCEPTED)] == ["h1"]
    with refused(ErrorCode.CONFLICT, "Ann has accepted this already"):
        chosen(one, ["h1", "h2"], BEN, REJECTED)
    with refused(ErrorCode.NOT_FOUND):
        chosen(one, ["h1", "h4"], BEN, REJECTED)


def test_agents_do_not_decide(review):
    """PP5"""
    for status in (ACCEPTED, REJECTED):
        with refused(ErrorCode.FORBIDDEN, "People decide"):
            chosen(review, None, NOA, status)


def test_withdrawing_keeps_what_was_accepted(review):
    """PP2"""
    one = decide(review, ANN, ACCEPTED, "h2")
    with refused(ErrorCode.FORBIDDEN, "Only notebook can withdraw"):
        withdrawn(one, ANN)
    gone = withdrawn(one, NOA)
    summary = summary_of(gone)
    assert (summary.status, summary.accepted) == (ProposalStatus.WITHDRAWN, 1)
    assert withdrawn(gone, NOA) is gone
    for hunks in (None, ["h1"]):
        with refused(ErrorCode.CONFLICT, "has withdrawn"):
            chosen(gone, hunks, ANN, ACCEPTED)


def test_what_is_over_is_not_withdrawn(review):
    done = decide(review, ANN, REJECTED)
    assert withdrawn(done, NOA) is done


def test_comments_have_an_end(review):
    """PP2"""
    comment = ProposalComment(
        comment_id="c", by="user:ben", by_name="Ben", at=8, body="Why?", hunk_id="h1"
    )
    said = commented(review, comment)
    assert (said.comments, said.revision, summary_of(said).comments) == ([comment], 2, 1)
    with refused(ErrorCode.NOT_FOUND):
        commented(review, replace(comment, hunk_id="h9"))
    with refused(ErrorCode.INVALID):
        commented(review, replace(comment, body=" \n"))
    with refused(ErrorCode.CONFLICT):
        commented(replace(review, comments=[comment] * MAX_COMMENTS), comment)
