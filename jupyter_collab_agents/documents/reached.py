"""How far the history of a live document has come: its state vector."""

from pycrdt import Decoder


def reaches(state: bytes, needed: bytes) -> bool:
    """Whether a state vector has all that another one has; an empty one needs nothing."""
    have = _clocks(state)
    return all(have.get(client, 0) >= clock for client, clock in _clocks(needed).items())


def _clocks(state: bytes) -> dict[int, int]:
    if not state:
        return {}
    decoder = Decoder(state)
    return {
        decoder.read_var_uint(): decoder.read_var_uint() for _ in range(decoder.read_var_uint())
    }
