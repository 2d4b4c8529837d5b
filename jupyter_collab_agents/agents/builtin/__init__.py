"""Agents that need no network and no model."""

from ..agent import Agent
from .echo import EchoAgent
from .notebook import NotebookAgent

# seconds between words of @echo: slow enough to see it grow and to stop it
ECHO_PACE = 0.03


def built_in() -> list[Agent]:
    """All of them."""
    return [NotebookAgent(), EchoAgent(ECHO_PACE)]
