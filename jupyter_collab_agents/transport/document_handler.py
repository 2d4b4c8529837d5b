"""Base of the REST handlers that work on one document, named by ``?path=``."""

from typing import TypeVar

import msgspec

from ..documents.intent import Actor
from ..documents.service import DocumentService
from ..domain.errors import Refusal
from ..protocol.base import Command
from ..protocol.errors import ErrorCode
from ..protocol.frames import checked
from ..protocol.participants import Profile
from .base import CollabHandler

C = TypeVar("C", bound=Command)


class DocumentHandler(CollabHandler):
    """Beside the grant on ``collab-agents`` the Authorizer must give the one on ``contents``."""

    @property
    def documents(self) -> DocumentService:
        """Raises ``StoreNotReady``."""
        self.runtime.ready()
        assert self.runtime.documents is not None
        return self.runtime.documents

    def path_argument(self) -> str:
        """The file that is asked about. Raises ``Refusal`` INVALID."""
        path = self.get_query_argument("path", "")
        if not path:
            raise Refusal(ErrorCode.INVALID, "Say which file: ?path=…")
        return path

    async def reader(self) -> Profile:
        """Who asks, if they may read documents."""
        profile, _ = await self.me()
        if not self.hub.accounts.of(profile.participant_id).documents:
            raise Refusal(ErrorCode.FORBIDDEN, "Your account may not read files on this server.")
        return profile

    async def writer(self) -> Profile:
        """Who asks, if they may change documents and would be the same person next time."""
        profile = await self.somebody()
        if not self.hub.accounts.of(profile.participant_id).edits:
            raise Refusal(ErrorCode.FORBIDDEN, "Your account may not change files on this server.")
        return profile

    async def somebody(self) -> Profile:
        """Who asks, if they may read documents and would be the same person next time."""
        profile = await self.reader()
        me = profile.participant_id
        here = {connection.participant_id for connection in self.hub.connections()}
        if profile.anonymous and me not in here:
            # a caller that keeps no cookie is somebody new each time
            raise Refusal(
                ErrorCode.FORBIDDEN, "Join a session first: open the panel in JupyterLab."
            )
        return profile

    def actor(self, profile: Profile) -> Actor:
        """Somebody, with what their account may do with documents."""
        me = profile.participant_id
        return Actor(me, profile.name, me, self.hub.accounts.of(me).edits)

    def held_to_wire(self, command: C) -> C:
        """A command made of query and body. Raises ``Refusal`` INVALID."""
        try:
            return checked(command)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
            raise Refusal(
                ErrorCode.INVALID, f"The request was not understood: {str(problem)[:200]}"
            ) from problem
