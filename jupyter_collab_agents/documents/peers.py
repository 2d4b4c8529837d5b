"""Letting agents into live documents."""

from collections.abc import Mapping
from typing import Any

from ..protocol.participants import Profile
from .collaboration import Collaboration, until_no_transaction
from .gate.gate import Gate, Writer
from .lease import RoomLease
from .peer import AgentPeer
from .peer_seen import Seen


class Peers:
    """Lets agents into documents."""

    def __init__(self, collaboration: Collaboration, gate: Gate) -> None:
        self._collaboration = collaboration
        self._gate = gate

    async def open(
        self,
        document_id: str,
        path: str,
        *,
        agent_id: str,
        origin: str,
        identity: Mapping[str, Any],
    ) -> AgentPeer:
        """An agent in the live document, which is opened if nobody has it open.

        ``origin``: see ``origin.py``. ``identity``: what people see of it (``identity_of``).
        Raises what loading the file raises; only where documents are shared live.
        """
        lease = await RoomLease.open(self._collaboration, document_id, path)
        try:
            await until_no_transaction(lease.room)
            return AgentPeer(
                lease=lease,
                collaboration=self._collaboration,
                gate=self._gate,
                writer=Writer(agent_id, origin),
                seen=Seen(
                    self._collaboration, self._gate, lease.room, identity=identity, path=path
                ),
            )
        except BaseException:
            lease.release()
            raise


def identity_of(agent: Profile) -> dict[str, Any]:
    """What pages show of an agent: its profile in the words of Jupyter's users."""
    return {
        "username": agent.participant_id,
        "name": agent.name,
        "display_name": f"{agent.name} (agent)",
        "initials": agent.initials,
        "color": agent.color,
        "avatar_url": agent.avatar_url,
    }
