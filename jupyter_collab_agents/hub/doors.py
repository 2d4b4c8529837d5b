"""From a wire command to a request that waits for its turn: one door for people and agents."""

import secrets
from collections.abc import Callable, Mapping

from ..domain import invites, membership, sessions
from ..domain.chat import finish_stream
from ..domain.decision import SYSTEM
from ..domain.decisions import Caller, Decision, Setting, decide, needed_messages
from ..domain.membership import Entrance
from ..domain.permissions import Rights
from ..protocol.chat import Message
from ..protocol.frames import AnyDurableCommand
from ..protocol.participants import Profile, Role
from ..protocol.sessions import ReopenSession, SessionState, SessionStatus
from .clock import Clock
from .settings import Settings
from .turn import Request, Ticket


def mint(prefix: str) -> str:
    """A fresh identifier nobody can guess."""
    return prefix + secrets.token_hex(10)


class Doors:
    """Makes requests; knows the time and the agents, decides nothing."""

    def __init__(
        self,
        *,
        clock: Clock,
        settings: Settings,
        agents: Callable[[], Mapping[str, Profile]],
        timer: Callable[[], float],
        check_room: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._agents = agents
        self._timer = timer
        self._check_room = check_room
        self.setting = Setting(
            max_message=settings.max_message,
            max_participants=settings.max_session_participants,
        )

    def command(
        self, command: AnyDurableCommand, profile: Profile, rights: Rights, ticket: Ticket
    ) -> Request:
        """Any command of the wire."""
        caller = Caller(profile=profile, rights=rights)

        def decided(state: SessionState, messages: Mapping[str, Message]) -> Decision:
            if isinstance(command, ReopenSession) and state.status is not SessionStatus.ACTIVE:
                self._check_room()
            return decide(
                state,
                command,
                caller,
                now=self._clock.now(),
                mint=mint,
                messages=messages,
                setting=self.setting,
                agents=self._agents(),
            )

        return self._request(
            profile.participant_id, command.ref, decided, ticket, needed_messages(command)
        )

    def join(self, profile: Profile, role: Role, entrance: Entrance, ticket: Ticket) -> Request:
        """Become a member, if not one already."""
        return self._request(
            profile.participant_id,
            mint("join-"),
            lambda state, _: membership.join(
                state,
                profile,
                role=role,
                now=self._clock.now(),
                setting=self.setting,
                entrance=entrance,
            ),
            ticket,
        )

    def promote(self, participant_id: str, ticket: Ticket) -> Request:
        """Make somebody an owner because the server's settings say so."""
        return self.internal(
            SYSTEM,
            lambda state, now: membership.promote(state, participant_id, now=now),
            ticket,
        )

    def accept_invite(
        self, profile: Profile, invite_id: str, ticket: Ticket, *, by_link: bool
    ) -> Request:
        """Use an invitation; ``by_link``: its secret was shown."""
        return self._request(
            profile.participant_id,
            mint("accept-"),
            lambda state, _: invites.accept(
                state,
                profile,
                invite_id,
                now=self._clock.now(),
                setting=self.setting,
                by_link=by_link,
            ),
            ticket,
        )

    def decline_invite(self, profile: Profile, invite_id: str, ticket: Ticket) -> Request:
        """Say no to a personal invitation."""
        return self._request(
            profile.participant_id,
            mint("decline-"),
            lambda state, _: invites.decline(state, profile, invite_id, now=self._clock.now()),
            ticket,
        )

    def time_out(self, ticket: Ticket) -> Request:
        """Nobody was here for long."""
        return self._request(
            SYSTEM,
            mint("timeout-"),
            lambda state, _: sessions.time_out(state, now=self._clock.now()),
            ticket,
        )

    def finish_stream(
        self,
        agent: Profile,
        ticket: Ticket,
        *,
        message_id: str,
        body: str,
        thread_id: str | None,
        run_id: str,
        stream_start: int | None,
    ) -> Request:
        """Post the text that an agent streamed."""
        request = self._request(
            agent.participant_id,
            message_id,
            lambda state, _: finish_stream(
                state,
                agent,
                message_id=message_id,
                body=body,
                thread_id=thread_id,
                run_id=run_id,
                now=self._clock.now(),
            ),
            ticket,
        )
        request.stream_start = stream_start
        return request

    def internal(
        self,
        author: str,
        decided: Callable[[SessionState, int], Decision],
        ticket: Ticket,
        *,
        ref: str | None = None,
    ) -> Request:
        """A decision of the server itself (runs); gets the state and the time.

        Whoever may have to send it again gives a ``ref``, so that it is stored once.
        """
        return self._request(
            author,
            ref or mint("s-"),
            lambda state, _: decided(state, self._clock.now()),
            ticket,
        )

    def _request(
        self,
        author: str,
        ref: str,
        decided: Callable[[SessionState, Mapping[str, Message]], Decision],
        ticket: Ticket,
        needs: list[str] | None = None,
    ) -> Request:
        return Request(author, ref, decided, needs or [], ticket, self._timer())
