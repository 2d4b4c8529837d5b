"""Agents that need no network and no model."""

from ..agent import Agent
from .echo import EchoAgent
from .notebook import NotebookAgent


def built_in() -> list[Agent]:
    """All of them."""
    return [NotebookAgent(), EchoAgent()]
