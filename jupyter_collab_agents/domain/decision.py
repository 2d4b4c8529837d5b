"""What a rule is given to decide on, and what it answers."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from ..protocol.base import Durable
from ..protocol.chat import Message
from ..protocol.participants import Profile
from ..protocol.sessions import SessionState
from .permissions import Action, Rights, require

SYSTEM = "system"
"""The actor of what nobody asked for."""


class Caller(Struct, frozen=True):
    """Who asks, as the server knows them, and what their account may do."""

    profile: Profile
    rights: Rights


class Setting(Struct, frozen=True):
    """What this server accepts. Sizes in bytes."""

    max_message: int
    max_participants: int
    max_context_value: int = 16384
    max_context_keys: int = 200


class Decision(Struct, frozen=True):
    """What happens: events with seq 0, in order; none when nothing would change.

    ``exclusive``: holds only for the state it was decided on, append it with that seq.
    ``erase``: messages whose texts go for good.
    """

    events: list[Durable]
    exclusive: bool
    erase: list[str] = []


class Situation(Struct, frozen=True, gc=False):
    """Everything that deciding one command may look at. ``now`` in ms; ``mint`` makes ids."""

    state: SessionState
    caller: Caller
    now: int
    mint: Callable[[str], str]
    messages: Mapping[str, Message]
    setting: Setting
    agents: Mapping[str, Profile]

    @property
    def who(self) -> str:
        """The caller's participant id."""
        return self.caller.profile.participant_id

    def require(self, action: Action) -> None:
        """Raise ``Refusal`` unless the caller may do this now."""
        require(self.state, self.who, self.caller.rights, action)


def nothing() -> Decision:
    """All is as asked already."""
    return Decision(events=[], exclusive=True)


def exclusively(events: Sequence[Durable], erase: Sequence[str] = ()) -> Decision:
    """A decision that another writer's event could make wrong."""
    return Decision(events=list(events), exclusive=True, erase=list(erase))
