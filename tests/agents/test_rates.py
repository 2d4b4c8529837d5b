from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.agents.rates import AskRate


def test_ten_a_minute_per_agent_and_source():
    rate = AskRate()
    assert all(rate.allow("agent:a", "user:ann", second) for second in range(10))
    assert not rate.allow("agent:a", "user:ann", 59.9)
    assert rate.allow("agent:b", "user:ann", 59.9)
    assert rate.allow("agent:a", "user:ben", 59.9)
    assert rate.allow("agent:a", "user:ann", 60.0)
    assert not rate.allow("agent:a", "user:ann", 60.5)


def test_a_refused_question_does_not_count():
    rate = AskRate(limit=1)
    assert rate.allow("a", "s", 0)
    assert not any(rate.allow("a", "s", second) for second in range(1, 60))
    assert rate.allow("a", "s", 60)


def test_old_pairs_are_forgotten():
    rate = AskRate()
    for number in range(3000):
        assert rate.allow("a", f"s{number}", number)
    assert len(rate._asked) <= 1001


@given(st.lists(st.floats(0, 300), max_size=60).map(sorted), st.integers(1, 5))
def test_no_minute_has_more_than_the_limit(times, limit):
    rate = AskRate(limit)
    allowed = [t for t in times if rate.allow("a", "s", t)]
    for start in allowed:
        assert sum(1 for t in allowed if start <= t < start + 59.999) <= limit
