"""People type while programs write the same file: a part of ``python -m benchmarks.disk``."""

from pathlib import Path

import pytest

from benchmarks.disk.schedules import run_schedule


@pytest.mark.parametrize("seed", range(1000, 1012))
async def test_nothing_is_lost_and_all_are_equal(tmp_path: Path, seed: int) -> None:
    """DI1, DI2."""
    tally = await run_schedule(tmp_path, seed)
    assert tally.lost == []
    assert tally.equal, "the replicas, the server and the file"
    assert tally.words == tally.shown + tally.asked + tally.in_snapshot + tally.cut_by_itself
