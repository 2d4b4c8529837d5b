"""Random schedules with locks: a seeded part of ``python -m benchmarks.locking``."""

from collections.abc import Iterator

import pytest

from benchmarks.locking.cost import CASES, measure
from benchmarks.locking.cost import notebook as large_notebook
from benchmarks.locking.replicas import Browsers
from benchmarks.locking.schedule import Failure, Schedule


@pytest.fixture(scope="module")
def browsers() -> Iterator[Browsers]:
    running = Browsers()
    yield running
    running.close()


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_what_is_locked_stays_and_everybody_has_the_same(browsers: Browsers, first: int) -> None:
    """GA17, GA9: three to five replicas, of browsers' library and of agents'."""
    put_back = 0
    for seed in range(first, first + 50):
        outcome = Schedule(seed, browsers).run()
        put_back += outcome.put_back.total()
    assert put_back > 100


def test_the_schedules_notice_when_nothing_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "jupyter_collab_agents.documents.gate.rehearsal.repair_notebook",
        lambda *given: [],
    )

    def run_twenty() -> None:
        for seed in range(20):
            Schedule(seed, None).run()

    with pytest.raises(Failure):
        run_twenty()


@pytest.mark.parametrize("case", CASES)
def test_a_lock_costs_little(case: str) -> None:
    """Ten times the target, for machines that do other things as well; see benchmarks."""
    took = sorted(measure(large_notebook(), CASES[case]))
    limit = 100.0 if CASES[case].everything else 2.0
    assert took[len(took) // 2] < limit
