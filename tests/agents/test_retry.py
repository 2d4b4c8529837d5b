import asyncio

import pytest

from jupyter_collab_agents.agents.retry import Retry
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.storage.store import StoreUnavailable
from jupyter_collab_agents.testing import FakeClock

DOWN = StoreUnavailable("the disk is full (a test says so)")
BUSY = Refusal(ErrorCode.BUSY, "The session has more to do than it can.")


class Clock(FakeClock):
    """Writes down how long it was asked to wait."""

    def __init__(self):
        super().__init__()
        self.pauses = []

    def call_later(self, delay, callback):
        self.pauses.append(delay)
        return super().call_later(delay, callback)


class Step:
    """Raises what it is given, one after the other, then answers."""

    def __init__(self, *problems):
        self.problems = list(problems)
        self.tries = 0

    async def __call__(self):
        self.tries += 1
        if self.problems:
            raise self.problems.pop(0)
        return "stored"


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize("problem", [DOWN, BUSY])
async def test_it_waits_longer_each_time_up_to_five_seconds(clock, problem):
    step = Step(*[problem] * 7)
    work = asyncio.create_task(Retry(clock).until_stored("a step", step))
    await settle()
    while not work.done():
        tries = step.tries
        clock.advance(clock.pauses[-1] - 0.01)
        await settle()
        assert step.tries == tries
        clock.advance(0.02)
        await settle()
    assert work.result() == "stored"
    assert clock.pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


@pytest.mark.parametrize(
    ("problem", "even_if_busy"),
    [
        (Refusal(ErrorCode.CONFLICT, "This run is over."), True),
        (BUSY, False),
        (ValueError("a fault of ours"), True),
    ],
)
async def test_other_answers_are_final(clock, problem, even_if_busy):
    step = Step(problem)
    with pytest.raises(type(problem)):
        await Retry(clock).until_stored("a step", step, even_if_busy=even_if_busy)
    assert step.tries == 1


@pytest.mark.parametrize("problem", [DOWN, BUSY])
async def test_at_the_end_it_tries_once_more_and_then_only_once(clock, problem):
    retry = Retry(clock)
    step = Step(*[problem] * 9)
    work = asyncio.create_task(retry.until_stored("a step", step))
    await settle()
    retry.stop()
    with pytest.raises(type(problem)):
        await work
    assert step.tries == 2
    with pytest.raises(type(problem)):
        await retry.until_stored("another step", step)
    assert step.tries == 3


async def test_a_stop_during_an_attempt_gives_it_one_more(clock):
    retry = Retry(clock)
    gate = asyncio.Event()
    tries = 0

    async def attempt():
        nonlocal tries
        tries += 1
        await gate.wait()
        raise DOWN

    work = asyncio.create_task(retry.until_stored("a step", attempt))
    await settle()
    retry.stop()
    gate.set()
    with pytest.raises(StoreUnavailable):
        await work
    assert tries == 2
