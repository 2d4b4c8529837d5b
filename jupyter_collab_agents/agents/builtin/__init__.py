"""Agents that need no network and no model."""
