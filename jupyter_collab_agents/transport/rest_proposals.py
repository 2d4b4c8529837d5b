"""REST: proposals, and their review."""

from ..domain.errors import Refusal
from ..protocol.errors import ErrorCode
from ..protocol.proposals import ProposalStatus
from ..protocol.rest import AcceptBody, CommentOnProposal, RejectBody
from .base import allowed
from .document_handler import DocumentHandler
from .identity import RESOURCE

PAGE = 500


class Proposals(DocumentHandler):
    """``proposals``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """A page, newest first; of one document (``path``), of a status, of somebody, of a run."""
        await self.reader()
        path = self.get_query_argument("path", "")
        document_id = (await self.documents.known(path))[0] if path else None
        limit = self.number("limit", 100, low=1, high=PAGE)
        assert limit is not None
        self.answer(
            await self.documents.proposals.listed(
                document_id,
                statuses=self._statuses(),
                by=self.get_query_argument("by", "") or None,
                run_id=self.get_query_argument("run", "") or None,
                before=self.get_query_argument("before", "") or None,
                limit=limit,
            )
        )

    def _statuses(self) -> list[str] | None:
        wanted = self.get_query_argument("status", ProposalStatus.OPEN.value)
        if wanted == "any":
            return None
        known = {status.value for status in ProposalStatus}
        statuses = wanted.split(",")
        if not known.issuperset(statuses):
            raise Refusal(
                ErrorCode.INVALID, f"'status' is 'any', or some of {', '.join(sorted(known))}."
            )
        return statuses


class Proposal(DocumentHandler):
    """``proposals/{id}``."""

    @allowed("read", RESOURCE)
    async def get(self, proposal_id: str) -> None:
        """With its hunks, and how they fit the document now."""
        await self.reader()
        self.answer(await self.documents.proposals.details(proposal_id))

    @allowed("write", RESOURCE)
    async def delete(self, proposal_id: str) -> None:
        """Withdraw it."""
        profile = await self.somebody()
        self.answer(await self.documents.proposals.withdraw(self.actor(profile), proposal_id))


class AcceptProposal(DocumentHandler):
    """``proposals/{id}/accept``."""

    @allowed("write", RESOURCE)
    async def post(self, proposal_id: str) -> None:
        """Accept hunks, or all."""
        profile = await self.writer()
        body = self.body(AcceptBody)
        self.answer(
            await self.documents.proposals.accept(
                self.actor(profile), proposal_id, body.hunks, ask=body.ask, ref=body.ref
            )
        )


class RejectProposal(DocumentHandler):
    """``proposals/{id}/reject``."""

    @allowed("write", RESOURCE)
    async def post(self, proposal_id: str) -> None:
        """Reject hunks, or all."""
        profile = await self.writer()
        body = self.body(RejectBody)
        self.answer(
            await self.documents.proposals.reject(
                self.actor(profile), proposal_id, body.hunks, ref=body.ref
            )
        )


class ProposalComments(DocumentHandler):
    """``proposals/{id}/comments``."""

    @allowed("write", RESOURCE)
    async def post(self, proposal_id: str) -> None:
        """Say something about it."""
        profile = await self.somebody()
        body = self.body(CommentOnProposal)
        self.answer(
            await self.documents.proposals.comment(
                self.actor(profile), proposal_id, body.body, hunk_id=body.hunk_id, ref=body.ref
            ),
            201,
        )
