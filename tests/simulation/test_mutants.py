"""The checks must catch hubs that are wrong, or their silence means nothing."""

from collections import Counter

from jupyter_collab_agents.testing import FaultyStore

from .history import broken, violations
from .mutants import (
    ForgetfulStore,
    acknowledge_before_commit,
    keep_connections_after_a_failed_flush,
)
from .world import simulate

SEEDS = 12


async def caught(store=FaultyStore) -> Counter:
    """In how many seeds each invariant is broken."""
    found: Counter = Counter()
    for seed in range(SEEDS):
        found.update(set(broken(violations(await simulate(seed, store=store())))))
    return found


async def test_the_hub_as_it_is_breaks_nothing():
    assert await caught() == {}


async def test_acknowledging_before_the_commit_is_caught(monkeypatch):
    """I1 I5: rule LO1."""
    acknowledge_before_commit(monkeypatch)
    found = await caught()
    assert found["I1"] > 0
    assert found["I5"] > 0


async def test_keeping_connections_after_a_failed_flush_is_caught(monkeypatch):
    """I4 or I5: rule LO5."""
    keep_connections_after_a_failed_flush(monkeypatch)
    assert (await caught())["I5"] > 0


async def test_storing_a_resend_again_is_caught():
    """I5: rule LO3."""
    assert (await caught(ForgetfulStore))["I5"] > 0
