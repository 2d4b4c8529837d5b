"""The review of a proposal: who decided which hunk, who said what, and when it is over."""

from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..protocol.errors import ErrorCode
from ..protocol.proposals import (
    HunkStatus,
    ProposalComment,
    ProposalStatus,
    ProposalSummary,
)
from .errors import Refusal
from .proposals import Part

MAX_COMMENTS = 500
"""Of one proposal."""


class Reviewer(Struct, frozen=True):
    """Who proposes, decides or comments."""

    participant_id: str
    name: str

    @property
    def is_agent(self) -> bool:
        """Agents propose and comment; people decide."""
        return self.participant_id.startswith("agent:")


class Verdict(Struct, frozen=True):
    """Somebody's decision about a hunk."""

    status: HunkStatus
    by: str
    by_name: str
    at: int


class Review(Struct, frozen=True, kw_only=True):
    """A proposal and what was decided of it; verdicts by hunk.

    ``base`` and ``proposed`` name the two contents, ``origin`` the edit in the document's
    history, once something of it is accepted.
    """

    proposal_id: str
    path: str
    title: str
    by: str
    by_name: str
    origin: str
    run_id: str | None
    at: int
    base: str
    proposed: str
    parts: list[Part]
    verdicts: dict[str, Verdict] = {}
    comments: list[ProposalComment] = []
    withdrawn: bool = False
    revision: int = 1

    def with_status(self, status: HunkStatus) -> list[Part]:
        """Those hunks."""
        return [part for part in self.parts if self.status(part) is status]

    def status(self, part: Part) -> HunkStatus:
        """What was decided of a hunk."""
        verdict = self.verdicts.get(part.hunk_id)
        return HunkStatus.OPEN if verdict is None else verdict.status


def summary_of(review: Review) -> ProposalSummary:
    """As it is told to people."""
    counts = {status: len(review.with_status(status)) for status in HunkStatus}
    cells = [part.cell_id for part in review.parts if part.cell_id is not None]
    return ProposalSummary(
        proposal_id=review.proposal_id,
        revision=review.revision,
        status=status_of(review),
        title=review.title,
        by=review.by,
        by_name=review.by_name,
        run_id=review.run_id,
        at=review.at,
        cells=list(dict.fromkeys(cells)),
        open=counts[HunkStatus.OPEN],
        accepted=counts[HunkStatus.ACCEPTED],
        rejected=counts[HunkStatus.REJECTED],
        comments=len(review.comments),
    )


def status_of(review: Review) -> ProposalStatus:
    """Where it stands."""
    if review.withdrawn:
        return ProposalStatus.WITHDRAWN
    found = {review.status(part) for part in review.parts}
    if HunkStatus.OPEN in found:
        return ProposalStatus.OPEN
    if len(found) > 1:
        return ProposalStatus.PARTLY
    return ProposalStatus.ACCEPTED if found == {HunkStatus.ACCEPTED} else ProposalStatus.REJECTED


def chosen(
    review: Review, hunks: Collection[str] | None, who: Reviewer, wish: HunkStatus
) -> list[Part]:
    """The hunks that ``who`` decides now: those named, or all that are open.

    Those that are decided so already are left out. Raises ``Refusal``: FORBIDDEN for agents,
    NOT_FOUND for a hunk that is not there, CONFLICT for one that was decided otherwise.
    """
    if who.is_agent:
        raise Refusal(ErrorCode.FORBIDDEN, "People decide about proposals. Ask one of them.")
    if hunks is None:
        wanted = review.with_status(HunkStatus.OPEN)
        if wanted and review.withdrawn:
            raise _withdrawn(review)
        return wanted
    by_id = {part.hunk_id: part for part in review.parts}
    unknown = [hunk_id for hunk_id in hunks if hunk_id not in by_id]
    if unknown:
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such change in this proposal.")
    wanted = []
    for part in (by_id[hunk_id] for hunk_id in dict.fromkeys(hunks)):
        verdict = review.verdicts.get(part.hunk_id)
        if verdict is None:
            wanted.append(part)
        elif verdict.status is not wish:
            done = "accepted" if verdict.status is HunkStatus.ACCEPTED else "rejected"
            raise Refusal(ErrorCode.CONFLICT, f"{verdict.by_name} has {done} this already.")
    if wanted and review.withdrawn:
        raise _withdrawn(review)
    return wanted


def decided(
    review: Review, parts: Sequence[Part], status: HunkStatus, who: Reviewer, now: int
) -> Review:
    """With a decision about these hunks, which are open."""
    verdict = Verdict(status, who.participant_id, who.name, now)
    verdicts = {**review.verdicts, **{part.hunk_id: verdict for part in parts}}
    return replace(review, verdicts=verdicts, revision=review.revision + 1)


def withdrawn(review: Review, who: Reviewer) -> Review:
    """Taken back by its author; what was accepted stays. Raises ``Refusal``."""
    if who.participant_id != review.by:
        raise Refusal(
            ErrorCode.FORBIDDEN, f"Only {review.by_name} can withdraw this. You can reject it."
        )
    if review.withdrawn or not review.with_status(HunkStatus.OPEN):
        return review
    return replace(review, withdrawn=True, revision=review.revision + 1)


def commented(review: Review, comment: ProposalComment) -> Review:
    """With one more comment. Raises ``Refusal``."""
    if not comment.body.strip():
        raise Refusal(ErrorCode.INVALID, "A comment cannot be empty.")
    if len(review.comments) >= MAX_COMMENTS:
        raise Refusal(ErrorCode.CONFLICT, "This proposal has too many comments for one more.")
    if comment.hunk_id is not None and comment.hunk_id not in {p.hunk_id for p in review.parts}:
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such change in this proposal.")
    return replace(review, comments=[*review.comments, comment], revision=review.revision + 1)


def _withdrawn(review: Review) -> Refusal:
    return Refusal(ErrorCode.CONFLICT, f"{review.by_name} has withdrawn this proposal.")
