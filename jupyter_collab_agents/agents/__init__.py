"""Agents: what they are, who answers, how a run goes."""
