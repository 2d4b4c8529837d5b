"""Everything an admin can set, as one value. Times in seconds, sizes in bytes."""

from msgspec import Struct

from ..protocol.participants import Role
from ..protocol.sessions import HistoryAccess


class Settings(Struct, frozen=True, kw_only=True):
    """Defaults are the product's; ``extension.py`` fills them from traitlets."""

    max_concurrent_sessions: int = 100
    max_session_participants: int = 20
    session_timeout: float = 7200.0
    message_queue_size: int = 10_000
    broadcast_interval: float = 5.0
    message_retention_hours: float = 0.0
    max_frame: int = 256 * 1024
    max_message: int = 64 * 1024
    ping_interval: float = 30.0
    ping_timeout: float = 10.0
    default_session: bool = True
    default_session_name: str = "Everyone"
    default_role: Role = Role.EDITOR
    admins: frozenset[str] = frozenset()
    default_history: HistoryAccess = HistoryAccess.ALL
    default_agents: tuple[str, ...] = ("agent:notebook",)
    idle_after: float = 120.0
    away_after: float = 900.0
    typing_timeout: float = 6.0
    presence_interval: float = 0.05
    stream_interval: float = 0.05
    slow_timeout: float = 10.0
    unload_after: float = 120.0
    command_rate: float = 10.0
    command_burst: int = 30
    ephemeral_rate: float = 30.0
    ephemeral_burst: int = 60
    max_connections_per_participant: int = 32
    reauthorise_interval: float = 60.0
    page_size: int = 100
    snapshot_every: int = 1000
    max_batch: int = 256
