"""Hunks of a proposal on their way into the document: which of them fit, merged, recorded."""

from collections.abc import Awaitable, Callable, Sequence

from ..domain.contents import Content
from ..domain.documents import Document
from ..domain.edits import changes
from ..domain.errors import Refusal
from ..domain.fitting import MOST_LOOKS, Fitting
from ..domain.proposals import Part, with_parts
from ..domain.reviews import Review, Reviewer, decided, summary_of
from ..hub import metrics
from ..hub.clock import Clock
from ..hub.doors import mint
from ..protocol.base import Durable
from ..protocol.conflicts import ConflictDetected, ConflictSummary
from ..protocol.errors import ErrorCode
from ..protocol.proposals import EditAccepted, HunkFit, HunkStatus
from .broker import Broker, merged, new_ones, with_records
from .changing import Done, Merged
from .conflict_records import Maker, recorded
from .intent import Actor, Intent
from .log import DocumentLog, Draft
from .proposal_records import item_of, require_same

BeforeRun = Callable[[str, str, str, str], Awaitable[object]]
"""Keeps what a document says, outputs as well, before an agent's run: id, path, agent, run."""


class Acceptance:
    """See the module."""

    def __init__(
        self, clock: Clock, log: DocumentLog, broker: Broker, before_run: BeforeRun
    ) -> None:
        self._clock = clock
        self._log = log
        self._broker = broker
        self._before_run = before_run

    async def accept(
        self,
        actor: Actor,
        document_id: str,
        review: Review,
        parts: Sequence[Part],
        contents: tuple[Content, Content],
        *,
        ask: bool,
        ref: str | None,
    ) -> Review:
        """The review after it. ``contents``: the base, and what is proposed.

        A crash in between leaves the hunks open and the document changed; accepting them again
        finds them there. Raises ``Refusal`` as ``Proposals.accept``.
        """
        base, proposed = contents
        path = await self._broker.path_of(document_id, review.path)
        done_before = review.with_status(HunkStatus.ACCEPTED)
        before = with_parts(base, proposed, done_before)
        taken: list[Part] = []

        def make(ours: Content) -> Merged:
            if isinstance(ours, str) is not isinstance(base, str):
                raise Refusal(ErrorCode.CONFLICT, "The document has another form now.")
            fitting = Fitting(base, proposed, done_before, ours)
            taken[:] = parts if ask else _fitting(parts, fitting)
            found = merged(before, ours, with_parts(base, proposed, [*done_before, *taken]))
            if found.conflicts and not ask:
                # among lines that repeat, a change may reach further than its own lines
                taken[:] = [p for p in taken[:MOST_LOOKS] if fitting.fit(p) is not HunkFit.STALE]
                found = merged(before, ours, with_parts(base, proposed, [*done_before, *taken]))
            return found

        if review.run_id is not None and not done_before:
            await self._before_run(document_id, path, review.by, review.run_id)
        intent = Intent(
            # in the name of whoever proposed it; who accepts must be allowed to change it
            Actor(actor.participant_id, actor.name, review.origin, actor.may_write),
            document_id,
            path,
            before,
            with_parts(base, proposed, [*done_before, *parts]),
        )
        done = await self._broker.merge_in(intent, whole=not ask, make=make)
        if not taken:
            raise Refusal(
                ErrorCode.CONFLICT,
                "The text under this was changed. Decide both side by side, or reject it.",
            )
        return await self._record(intent, review, taken, done, ref)

    async def _record(
        self, intent: Intent, review: Review, taken: Sequence[Part], done: Done, ref: str | None
    ) -> Review:
        actor, document_id, now = intent.actor, intent.document_id, self._clock.now()
        who = Reviewer(actor.participant_id, actor.name)
        after = decided(review, taken, HunkStatus.ACCEPTED, who, now)
        found = recorded(
            document_id,
            intent.path,
            done.merged.conflicts,
            content=done.after,
            incoming=intent.incoming,
            by=Maker(review.by, review.by_name),
            at=now,
        )
        version, data = self._broker.versions.item(document_id, done.after)
        fresh: list[ConflictSummary] = []

        def decide(document: Document, path: str) -> Draft:
            require_same(document, review)
            fresh[:] = new_ones(found, document)
            events: list[Durable] = [
                EditAccepted(
                    seq=0,
                    at=now,
                    actor=actor.participant_id,
                    document_id=document_id,
                    path=path,
                    proposal=summary_of(after),
                    hunks=[part.hunk_id for part in taken],
                    cells=changes(done.merged.steps),
                )
            ]
            if fresh:
                events.append(
                    ConflictDetected(
                        seq=0,
                        at=now,
                        actor=review.by,
                        document_id=document_id,
                        path=path,
                        conflicts=fresh,
                    )
                )
            draft = Draft(events, [version, item_of(document_id, after)], [data])
            return with_records(draft, document_id, found, fresh)

        await self._log.change(
            document_id,
            intent.path,
            author=actor.participant_id,
            ref=ref or mint("accept-"),
            decide=decide,
        )
        metrics.PROPOSALS.labels("accepted").inc(len(taken))
        if fresh:
            metrics.MERGES.labels("asked").inc()
        return after


def _fitting(parts: Sequence[Part], fitting: Fitting) -> list[Part]:
    """Those that can be merged; of the others, and where it cannot be said, nothing is taken."""
    fits = fitting.fits(parts)
    return [p for p in parts if fits.get(p.hunk_id, HunkFit.STALE) is not HunkFit.STALE]
