"""The corpus of benchmarks/merging: every class merges as its oracle says."""

import time

import pytest

from benchmarks.merging.judge import Tally, agreement_with_git, corpus, judge
from benchmarks.merging.large import versions
from benchmarks.merging.mix import NOTEBOOKS, TEXTS
from jupyter_collab_agents.domain.merge import merge_texts

MIX = TEXTS | NOTEBOOKS


@pytest.fixture(scope="module")
def cases():
    return corpus()


@pytest.fixture(scope="module")
def tallies(cases):
    return judge(cases)


def test_the_corpus_is_what_the_mix_says(cases):
    assert len(cases) >= 500
    assert len({case.name for case in cases}) == len(cases)
    for kind, share in MIX.items():
        assert sum(case.kind == kind for case in cases) == share.generated + share.histories


@pytest.mark.parametrize("kind", [kind for kind, share in MIX.items() if not share.overlaps])
def test_edits_that_do_not_overlap_are_all_merged_and_right(tallies, kind):
    share, tally = MIX[kind], tallies[kind]
    assert tally == Tally(cases=share.generated + share.histories, merged=tally.cases)


@pytest.mark.parametrize("kind", [kind for kind, share in MIX.items() if share.overlaps])
def test_edits_that_overlap_are_all_asked_about_with_both_sides(tallies, kind):
    share, tally = MIX[kind], tallies[kind]
    assert tally == Tally(cases=share.generated + share.histories, asked=tally.cases)


def test_over_the_mix_95_of_100_need_no_question(tallies):
    merged = sum(tally.merged for tally in tallies.values())
    assert merged >= 0.95 * sum(tally.cases for tally in tallies.values())


def test_where_git_merges_it_merges_the_same(cases):
    found = agreement_with_git(cases)
    if found is None:
        pytest.fail("git is not installed: nothing was compared with git merge-file.")
    assert found.differ == []
    assert found.only_we_ask == 0
    assert found.equal > 150


def test_20000_lines_with_40_edits_merge_in_300_ms():
    texts = versions()
    took = []
    for _ in range(5):
        began = time.process_time()
        merged = merge_texts(*texts)
        took.append(time.process_time() - began)
    assert not merged.conflicts
    assert min(took) <= 0.3
