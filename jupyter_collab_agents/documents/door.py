"""Commands about documents that come through sessions: which rights they need, who does them."""

from ..domain.errors import Refusal
from ..domain.permissions import Action, require
from ..hub.connection import Connection
from ..hub.hub import Hub
from ..protocol.documents import WatchDocuments
from ..protocol.errors import ErrorCode
from ..protocol.frames import AnyDocumentCommand, AnyLockCommand, AnyReviewCommand
from ..protocol.proposals import (
    AcceptEdit,
    CommentEdit,
    ProposeEdit,
    RejectEdit,
    WithdrawEdit,
)
from .intent import Actor, Wanted
from .locks import DocumentLocks
from .proposals import Proposals


class Door:
    """See ``DocumentDoor``."""

    def __init__(self, hub: Hub, locks: DocumentLocks, proposals: Proposals) -> None:
        self._hub = hub
        self._locks = locks
        self._proposals = proposals

    async def command(self, connection: Connection, command: AnyDocumentCommand) -> None:
        """See ``DocumentDoor``."""
        if isinstance(command, AnyLockCommand):
            await self._locks.command(connection, command)
        else:
            await self._review(connection, command)

    async def watch(self, connection: Connection, command: WatchDocuments) -> None:
        """See ``DocumentDoor``."""
        await self._locks.watch(connection, command)

    async def _review(self, connection: Connection, command: AnyReviewCommand) -> None:
        me = connection.participant_id
        decides = isinstance(command, AcceptEdit | RejectEdit)
        action = Action.REVIEW if decides else Action.PROPOSE
        require(connection.session.state, me, connection.rights, action)
        account = self._hub.accounts.of(me)
        if not account.documents:
            raise Refusal(ErrorCode.FORBIDDEN, "Your account may not read files on this server.")
        actor = Actor(me, connection.profile.name, me, account.edits)
        proposals, ref = self._proposals, command.ref
        match command:
            case ProposeEdit():
                edit = Wanted(command.base_version, command.content, command.cells, ref=ref)
                await proposals.propose(actor, command.path, edit, title=command.title)
            case AcceptEdit():
                await proposals.accept(
                    actor, command.proposal_id, command.hunks, ask=command.ask, ref=ref
                )
            case RejectEdit():
                await proposals.reject(actor, command.proposal_id, command.hunks, ref=ref)
            case WithdrawEdit():
                await proposals.withdraw(actor, command.proposal_id, ref=ref)
            case CommentEdit():
                await proposals.comment(
                    actor, command.proposal_id, command.body, hunk_id=command.hunk_id, ref=ref
                )
