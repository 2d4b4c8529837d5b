"""The contract, run on every store."""

from contract import *  # noqa: F403
