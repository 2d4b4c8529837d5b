"""Letting agents into live documents."""

from collections.abc import Mapping
from typing import Any

from ..protocol.participants import Profile
from .collaboration import Collaboration, model_of, until_no_transaction
from .gate.gate import Gate, Writer
from .lease import RoomLease
from .live_content import content_of
from .origin import author_of
from .peer import AgentPeer
from .peer_seen import Seen
from .snapshots import Snapshots


class Peers:
    """Lets agents into documents."""

    def __init__(self, collaboration: Collaboration, gate: Gate, snapshots: Snapshots) -> None:
        self._collaboration = collaboration
        self._gate = gate
        self._snapshots = snapshots

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

        What the document says before a run changes it is kept (``snapshots.py``).
        ``origin``: see ``origin.py``. ``identity``: what people see of it (``identity_of``).
        Raises what loading the file raises, and ``StoreUnavailable``; only where documents are
        shared live.
        """
        lease = await RoomLease.open(self._collaboration, self._gate, document_id, path)
        try:
            _, run_id = author_of(origin)
            if run_id is not None:
                await until_no_transaction(lease.room)  # what is half loaded is nothing to keep
                content = content_of(model_of(lease.room))
                await self._snapshots.before_run(
                    document_id, path, content, agent_id=agent_id, run_id=run_id
                )
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
