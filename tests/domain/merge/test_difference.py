import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.merge import difference as module
from jupyter_collab_agents.domain.merge.changes import changes, reads_as_block
from jupyter_collab_agents.domain.merge.difference import difference, longest_rising

sequences = st.lists(st.sampled_from("abcd"), max_size=25)


def applied(old, new, hunks):
    result, at = [], 0
    for hunk in hunks:
        result += old[at : hunk[0]] + new[hunk[2] : hunk[3]]
        at = hunk[1]
    return result + old[at:]


def longest_common(old, new):
    row = [0] * (len(new) + 1)
    for a in old:
        above, row = row, [0]
        for at, b in enumerate(new):
            row.append(above[at] + 1 if a == b else max(row[at], above[at + 1]))
    return row[-1]


@given(sequences, sequences)
def test_hunks_lead_from_old_to_new_and_keep_as_much_as_can_be_kept(old, new):
    hunks = difference(old, new)
    assert applied(old, new, hunks) == new
    kept = len(old) - sum(hunk.end - hunk.start for hunk in hunks)
    assert kept == longest_common(old, new)


@given(sequences, sequences)
def test_between_two_hunks_something_stays(old, new):
    hunks = difference(old, new)
    assert all(a.end < b.start and a.to < b.at for a, b in pairwise(hunks))
    assert all(h.start < h.end or h.at < h.to for h in hunks)


@given(sequences, sequences)
def test_beyond_the_exact_size_hunks_are_coarser_but_right(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT", 4)
        assert applied(old, new, difference(old, new)) == new


@given(sequences, sequences)
def test_a_change_may_stand_anywhere_in_its_reach(old, new):
    settled = changes(old, new)
    assert applied(old, new, settled) == new
    for change in settled:
        for up in range(change.start - change.low + 1):
            start, end, at, to = (place - up for place in change[:4])
            moved = [c if c is not change else (start, end, at, to) for c in settled]
            assert applied(old, new, moved) == new


def test_an_inserted_function_begins_with_its_first_line():
    base = ["def a():\n", "    return x\n", "\n", "z\n"]
    side = [*base[:3], "def c():\n", "    return x\n", "\n", *base[3:]]
    (change,) = changes(base, side, reads_as_block)
    assert (change.low, change.high) == (2, 3)
    assert side[change.at : change.to] == side[3:6]
    assert changes(base, side)[0].low == 1


@given(st.lists(st.integers(0, 20)))
def test_the_longest_rising_subsequence_rises(numbers):
    chosen = [numbers[at] for at in longest_rising(numbers)]
    assert all(a < b for a, b in pairwise(chosen))
    assert bool(chosen) == bool(numbers)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a"] * 40_000, ["a"] * 39_000 + ["b"] * 900),
        ([str(i % 3) for i in range(40_000)], [str(i * i % 7) for i in range(40_000)]),
        ([str(i) for i in range(40_000)], [str(i) for i in reversed(range(40_000))]),
        ([str(i // 2) for i in range(40_000)], [str(i // 2) for i in reversed(range(40_000))]),
        (["a", "b"] * 500_000, ["b", "c"] * 10),
    ],
    ids=["equal", "few values", "backwards", "pairs", "long and short"],
)
def test_hostile_sequences_cost_little(old, new):
    began = time.process_time()
    assert applied(old, new, difference(old, new)) == new
    assert time.process_time() - began < 5
