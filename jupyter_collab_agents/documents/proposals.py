"""Proposals of this server's documents: made, looked at, decided hunk by hunk by several people.

A proposal stands beside the document. What is accepted of it is an edit like any other: merged
into the document as it is then, in the name of whoever proposed it.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from weakref import WeakValueDictionary

from ..domain.contents import Content, after, decoded, encoded
from ..domain.documents import Document
from ..domain.errors import Refusal
from ..domain.fitting import Fitting
from ..domain.merge import merge_notebooks
from ..domain.proposals import parts_of
from ..domain.reviews import (
    Review,
    Reviewer,
    chosen,
    commented,
    decided,
    status_of,
    summary_of,
    withdrawn,
)
from ..hub import metrics
from ..hub.clock import Clock
from ..hub.doors import mint
from ..protocol.base import Durable
from ..protocol.document_log import ProposalCommented
from ..protocol.errors import ErrorCode
from ..protocol.proposals import (
    EditProposed,
    EditRejected,
    EditWithdrawn,
    HunkStatus,
    ListedProposal,
    ProposalComment,
    ProposalDetails,
    ProposalList,
    ProposalStatus,
)
from ..storage.documents import DocumentStore, Item, digest_of
from .acceptance import Acceptance
from .broker import Broker
from .intent import Actor, Wanted, incoming_of, require_writer
from .log import DocumentLog, Draft
from .proposal_records import KIND, details_of, item_of, require_same, review_of

MAX_PARTS = 5000
MAX_OPEN = 50
"""Open proposals of one participant for one document."""
CLOSED = [status.value for status in ProposalStatus if status is not ProposalStatus.OPEN]
KEPT_FOR = 90 * 24 * 3600 * 1000
"""Milliseconds after which a proposal that is over is forgotten."""


class Proposals:
    """See the module. One thing at a time happens to a proposal."""

    def __init__(
        self,
        store: DocumentStore,
        clock: Clock,
        log: DocumentLog,
        broker: Broker,
        acceptance: Acceptance,
    ) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._broker = broker
        self._acceptance = acceptance
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    # --- making ---------------------------------------------------------------------------

    async def propose(
        self, actor: Actor, path: str, edit: Wanted, *, title: str, run_id: str | None = None
    ) -> ProposalDetails:
        """Put an edit up for review. Raises ``Refusal`` as ``Broker.edit``."""
        document_id, clean, base = await self._broker.base(path, edit.base_version)
        proposed = await asyncio.to_thread(_proposed, base, edit, actor)
        parts = await asyncio.to_thread(parts_of, base, proposed)
        if not parts:
            raise Refusal(ErrorCode.INVALID, "This changes nothing.")
        if len(parts) > MAX_PARTS:
            raise Refusal(
                ErrorCode.TOO_LARGE, f"{len(parts)} changes are too many. Propose them in parts."
            )
        blobs = [encoded(base), encoded(proposed)]
        review = Review(
            proposal_id=_id_for("p", document_id, actor, edit.ref),
            path=clean,
            title=title.strip(),
            by=actor.participant_id,
            by_name=actor.name,
            origin=actor.origin,
            run_id=run_id,
            at=self._clock.now(),
            base=digest_of(blobs[0]),
            proposed=digest_of(blobs[1]),
            parts=parts,
        )

        def decide(document: Document, path: str) -> Draft:
            mine = [p for p in document.proposals.values() if p.by == actor.participant_id]
            if len(mine) >= MAX_OPEN:
                raise Refusal(
                    ErrorCode.CONFLICT,
                    f"{MAX_OPEN} of your proposals for this document wait already.",
                )
            event = EditProposed(
                seq=0,
                at=review.at,
                actor=actor.participant_id,
                document_id=document_id,
                path=path,
                proposal=summary_of(review),
            )
            return Draft([event], [item_of(document_id, review)], blobs)

        await self._log.change(
            document_id,
            clean,
            author=actor.participant_id,
            ref=edit.ref or mint("propose-"),
            decide=decide,
        )
        metrics.PROPOSALS.labels("proposed").inc()
        return await self.details(review.proposal_id)

    # --- looking --------------------------------------------------------------------------

    async def listed(
        self,
        document_id: str | None = None,
        *,
        statuses: Sequence[str] | None = None,
        by: str | None = None,
        run_id: str | None = None,
        before: str | None = None,
        limit: int = 100,
    ) -> ProposalList:
        """Newest first, of one document or all; those before the proposal ``before``."""
        place = None
        if before is not None:
            place = ((await self._item(before)).at, before)
        found: list[ListedProposal] = []
        while len(found) <= limit:
            items = await self._store.items(
                KIND,
                document_id=document_id,
                about=run_id,
                statuses=statuses,
                before=place,
                limit=limit + 1,
            )
            found += [self._listed(item) for item in items if by in (None, review_of(item).by)]
            if len(items) <= limit:
                break
            place = (items[-1].at, items[-1].item_id)
        return ProposalList(proposals=found[:limit], has_earlier=len(found) > limit)

    async def details(self, proposal_id: str) -> ProposalDetails:
        """One proposal, and how it fits the document now. Raises ``Refusal`` NOT_FOUND."""
        item = await self._item(proposal_id)
        return await self._details(item.document_id, review_of(item))

    async def forget(self) -> None:
        """Let go of those that were over long ago."""
        before = self._clock.now() - KEPT_FOR
        await self._store.prune_items(KIND, before_at=before, statuses=CLOSED)

    # --- deciding -------------------------------------------------------------------------

    async def accept(
        self,
        actor: Actor,
        proposal_id: str,
        hunks: Sequence[str] | None,
        *,
        ask: bool = False,
        ref: str | None = None,
    ) -> ProposalDetails:
        """Merge hunks into the document; null: all that are open. Stale ones stay open.

        ``ask``: they become conflicts. Raises ``Refusal``: CONFLICT if nothing asked for fits
        any more or was decided otherwise, LOCKED, NOT_FOUND if the file is gone.
        """
        require_writer(actor)
        async with self._turn(proposal_id):
            document_id, review = await self._read(proposal_id)
            parts = chosen(review, hunks, _reviewer(actor), HunkStatus.ACCEPTED)
            if parts:
                base, proposed = await self._contents(review)
                review = await self._acceptance.accept(
                    actor, document_id, review, parts, (base, proposed), ask=ask, ref=ref
                )
        return await self._details(document_id, review)

    async def reject(
        self,
        actor: Actor,
        proposal_id: str,
        hunks: Sequence[str] | None,
        *,
        ref: str | None = None,
    ) -> ProposalDetails:
        """Turn hunks down; null: all that are open."""
        require_writer(actor)
        async with self._turn(proposal_id):
            document_id, before = await self._read(proposal_id)
            who = _reviewer(actor)
            parts = chosen(before, hunks, who, HunkStatus.REJECTED)
            review = before
            if parts:
                now = self._clock.now()
                review = decided(before, parts, HunkStatus.REJECTED, who, now)
                event = EditRejected(
                    seq=0,
                    at=now,
                    actor=actor.participant_id,
                    document_id=document_id,
                    path=self._log.path(document_id, before.path),
                    proposal=summary_of(review),
                    hunks=[part.hunk_id for part in parts],
                )
                await self._store_review(document_id, before, review, event, ref)
                metrics.PROPOSALS.labels("rejected").inc(len(parts))
        return await self._details(document_id, review)

    async def withdraw(
        self, actor: Actor, proposal_id: str, *, ref: str | None = None
    ) -> ProposalDetails:
        """Take back what is not decided of one's own."""
        async with self._turn(proposal_id):
            document_id, before = await self._read(proposal_id)
            review = withdrawn(before, _reviewer(actor))
            if review is not before:
                event = EditWithdrawn(
                    seq=0,
                    at=self._clock.now(),
                    actor=actor.participant_id,
                    document_id=document_id,
                    path=self._log.path(document_id, before.path),
                    proposal=summary_of(review),
                )
                await self._store_review(document_id, before, review, event, ref)
                metrics.PROPOSALS.labels("withdrawn").inc()
        return await self._details(document_id, review)

    async def comment(
        self,
        actor: Actor,
        proposal_id: str,
        body: str,
        *,
        hunk_id: str | None = None,
        ref: str | None = None,
    ) -> ProposalDetails:
        """Say something about an open proposal."""
        async with self._turn(proposal_id):
            document_id, before = await self._read(proposal_id)
            now = self._clock.now()
            comment = ProposalComment(
                comment_id=_id_for("c", proposal_id, actor, ref),
                by=actor.participant_id,
                by_name=actor.name,
                at=now,
                body=body,
                hunk_id=hunk_id,
            )
            if any(one.comment_id == comment.comment_id for one in before.comments):
                return await self._details(document_id, before)
            if status_of(before) is not ProposalStatus.OPEN:
                raise Refusal(ErrorCode.CONFLICT, "This proposal is over.")
            review = commented(before, comment)
            event = ProposalCommented(
                seq=0,
                at=now,
                actor=actor.participant_id,
                document_id=document_id,
                path=self._log.path(document_id, before.path),
                proposal=summary_of(review),
            )
            await self._store_review(document_id, before, review, event, ref)
        return await self._details(document_id, review)

    # --- inside ---------------------------------------------------------------------------

    def _turn(self, proposal_id: str) -> asyncio.Lock:
        return self._turns.setdefault(proposal_id, asyncio.Lock())

    async def _item(self, proposal_id: str) -> Item:
        item = await self._store.item(KIND, proposal_id)
        if item is None:
            raise Refusal(ErrorCode.NOT_FOUND, "There is no such proposal.")
        return item

    async def _read(self, proposal_id: str) -> tuple[str, Review]:
        item = await self._item(proposal_id)
        return item.document_id, review_of(item)

    async def _contents(self, review: Review) -> tuple[Content, Content]:
        found = [await self._store.blob(digest) for digest in (review.base, review.proposed)]
        contents = [decoded(data) for data in found if data is not None]
        assert len(contents) == 2, review.proposal_id
        return contents[0], contents[1]

    async def _store_review(
        self, document_id: str, before: Review, review: Review, event: Durable, ref: str | None
    ) -> None:
        def decide(document: Document, _path: str) -> Draft:
            require_same(document, before)
            return Draft([event], [item_of(document_id, review)])

        await self._log.change(
            document_id,
            review.path,
            author=event.actor,
            ref=ref or mint("review-"),
            decide=decide,
        )

    async def _details(self, document_id: str, review: Review) -> ProposalDetails:
        base, proposed = await self._contents(review)
        path = self._log.path(document_id, review.path)
        now: Content | None
        try:
            now = await self._broker.now(document_id, path)
        except Refusal:
            now = None  # the file is gone, or is something else by now
        readable = now is not None and isinstance(now, str) is isinstance(base, str)
        accepted = review.with_status(HunkStatus.ACCEPTED)
        fitting = Fitting(base, proposed, accepted, now if now is not None else base)
        return await asyncio.to_thread(
            details_of, document_id, path, review, fitting, readable=readable
        )

    def _listed(self, item: Item) -> ListedProposal:
        review = review_of(item)
        return ListedProposal(
            document_id=item.document_id,
            path=self._log.path(item.document_id, review.path),
            proposal=summary_of(review),
        )


def _reviewer(actor: Actor) -> Reviewer:
    return Reviewer(actor.participant_id, actor.name)


def _proposed(base: Content, edit: Wanted, actor: Actor) -> Content:
    """What is proposed, in the form that versions are kept in, with the base's names of cells."""
    incoming = incoming_of(base, edit, actor)
    if isinstance(base, dict) and isinstance(incoming, dict):
        return after(base, merge_notebooks(base, base, incoming).operations)
    return incoming


def _id_for(prefix: str, of: str, actor: Actor, ref: str | None) -> str:
    """A fresh id of something that belongs to ``of``; a resend gets the same one."""
    if ref is None:
        return mint(prefix)
    said = repr((of, actor.participant_id, ref)).encode(errors="replace")
    return prefix + hashlib.blake2b(said, digest_size=10).hexdigest()
