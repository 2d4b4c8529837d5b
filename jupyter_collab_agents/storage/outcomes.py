"""What becomes of what a store is asked for."""

from enum import Enum

from msgspec import Struct


class StoreUnavailable(Exception):
    """The store cannot answer now (disk full, connection lost). Trying again may help."""


class StoreNotReady(Exception):
    """The store must not be used; the message says why and what an admin can do."""


class Result(str, Enum):
    """What became of an entry."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    NO_SESSION = "no_session"
    UNSTORABLE = "unstorable"
    """Only the hub's word for an entry that ``append`` refused with ``ValueError``."""


class Outcome(Struct, frozen=True):
    """``first_seq``..``last_seq`` are the entry's events (0, 0 when it has none or was refused)."""

    result: Result
    first_seq: int
    last_seq: int
