"""Many seeds of everything at once. A failing seed is printed; ``COLLAB_SEED=n`` runs it alone."""

import os

from jupyter_collab_agents.hub import metrics

from .history import violations
from .world import make_plan, simulate

SEEDS = 220
TWO_HUBS = 40


def seeds(count):
    one = os.environ.get("COLLAB_SEED")
    return [int(one)] if one else range(count)


async def run(count, hubs):
    for seed in seeds(count):
        history = await simulate(seed, hubs=hubs)
        wrong = violations(history)
        assert not wrong, f"seed {seed} with {hubs} hub(s):\n" + "\n".join(wrong[:20])


async def test_whatever_happens_nothing_is_lost_repeated_or_out_of_order():
    """I1 I2 I3 I4 I5 I7 I8 I9: rules LO1 LO2 LO3 LO4 LO5 JO2 JO4 PR1."""
    await run(SEEDS, hubs=1)


async def test_the_same_holds_with_two_servers_on_one_store():
    """I1 I2 I3 I4 I5 I8 I9: rule LO6 too."""
    await run(TWO_HUBS, hubs=2)


def test_a_seed_is_a_plan():
    assert make_plan(7) == make_plan(7)
    assert make_plan(7) != make_plan(8)


async def test_a_plan_can_be_run_again_with_the_same_outcome():
    def outline(history):
        return (
            [(one.tab, one.ref) for one in history.sent],
            history.acks,
            [(told.tab, told.base, len(told.events)) for told in history.told],
        )

    assert outline(await simulate(11)) == outline(await simulate(11))


async def test_the_plans_do_what_they_are_meant_to():
    """A simulation in which nothing goes wrong would prove nothing."""
    caught_up = metrics.CATCH_UPS._value.get()
    histories = [await simulate(seed) for seed in range(30)]
    refused = [code for history in histories for _, _, code in history.refused]
    acks = sum(len(history.acks) for history in histories)
    distinct = sum(len({a[:2] for a in history.acks}) for history in histories)
    assert acks > distinct, "no command was sent twice"
    assert "conflict" in refused
    # some came back too late to resume, some fell out of the ring, many did resume
    assert any(len(history.told) > len(history.sessions) for history in histories)
    assert metrics.CATCH_UPS._value.get() > caught_up
