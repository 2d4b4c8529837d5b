import math

from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.rates import TokenBucket


def test_a_burst_is_granted_then_the_rate():
    bucket = TokenBucket(rate_per_s=2, burst=3, now=10.0)
    assert [bucket.take(10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(10.25) == 0.25
    assert bucket.take(10.5) == 0.0
    assert bucket.take(10.5) == 0.5


def test_waiting_long_gives_no_more_than_a_burst():
    bucket = TokenBucket(1, 2, 0.0)
    assert [bucket.take(1000.0) for _ in range(3)] == [0.0, 0.0, 1.0]


def test_more_than_a_burst_is_never_granted():
    bucket = TokenBucket(1, 2, 0.0)
    assert bucket.take(0.0, 3) == math.inf
    assert TokenBucket(0, 0, 0.0).take(5.0) == math.inf


def test_a_clock_that_goes_back_gives_nothing():
    bucket = TokenBucket(1, 1, 100.0)
    assert bucket.take(100.0) == 0.0
    assert bucket.take(50.0) == 1.0
    assert bucket.take(100.5) == 0.5


STEPS = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 3)), max_size=60)


@given(st.floats(0.1, 50), st.integers(3, 20), STEPS)
def test_never_more_than_burst_and_rate_allow(rate, burst, steps):
    now = granted = 0.0
    bucket = TokenBucket(rate, burst, now)
    for pause, n in steps:
        now += pause
        if bucket.take(now, n) == 0.0:
            granted += n
        assert granted <= burst + rate * now + 1e-6


@given(st.floats(0.1, 50), st.integers(3, 20), STEPS)
def test_whoever_waits_as_told_is_let_through(rate, burst, steps):
    now = 0.0
    bucket = TokenBucket(rate, burst, now)
    for pause, n in steps:
        now += pause
        wait = bucket.take(now, n)
        if wait:
            now += wait
            assert bucket.take(now, n) == 0.0
