"""What a file on the disk means for a document that people have open."""

import pytest

from jupyter_collab_agents.domain.disk_changes import (
    Reopened,
    came_from,
    cut_short,
    reopened,
    shrinks,
    side_file,
    thinned,
)


@pytest.mark.parametrize(
    ("saved", "updates", "file", "which"),
    [
        ("s", "s", "new", Reopened.FILE),
        ("s", "more", "s", Reopened.UPDATES),
        ("s", "more", "new", Reopened.BOTH),
        (None, "more", "new", Reopened.UNKNOWN),
    ],
)
def test_which_is_newer_when_a_document_opens(saved, updates, file, which):
    assert reopened(saved, updates, file) is which


def test_updates_that_are_behind_what_was_saved_have_nothing_of_their_own():
    assert reopened("s", "older", "s", behind=True) is Reopened.FILE
    assert reopened("s", "older", "new", behind=True) is Reopened.FILE


def test_a_save_that_was_cut_off_is_no_change_of_the_file():
    assert reopened("s", "more", "mo", begins=True) is Reopened.UPDATES
    assert reopened("s", "more", "mo", begins=True, behind=True) is Reopened.UPDATES
    assert reopened("s", "s", "", begins=True) is Reopened.FILE, "nothing was left to save"


@pytest.mark.parametrize(
    ("after", "cut"),
    [
        ("", True),
        ("one\ntw", True),
        ("one\n", True),
        ("one\ntwo\nthree\n", False),
        ("one\ntwo\nthree\nfour\n", False),
        ("new\n", False),
    ],
)
def test_a_file_that_lost_its_end_was_cut_short(after, cut):
    assert cut_short("one\ntwo\nthree\nfour\n", after, 0.5) is cut


def test_how_much_is_much():
    assert shrinks(100, 49, 0.5)
    assert not shrinks(100, 50, 0.5)
    assert shrinks(1, 0, 1.0), "everything is always much"
    assert not shrinks(0, 0, 0.0)


def test_the_version_that_differs_least_is_where_a_content_comes_from():
    first, second = ["a", "b"], ["typed", "a", "b"]
    versions = [first, second]
    assert came_from(versions, ["a", "b", "program"]) == 0
    assert came_from(versions, ["typed", "a", "b", "program"]) == 1
    assert came_from(versions, ["x", "y"]) == 0, "what has less of its own in it"


def test_an_older_version_is_put_back_on_purpose():
    assert came_from([["a"], ["a", "typed"]], ["a"]) == 1


def test_of_equally_near_ones_the_newest_counts():
    assert came_from([["a", "b"], ["a", "c"]], ["a"]) == 1


def test_old_versions_get_rarer_and_the_first_stays():
    known = list(range(3))
    for number in range(3, 200):
        known.append(number)
        known = [known[at] for at in thinned(len(known), 16, 6)]
        assert len(known) <= 16
        assert known[0] == 0
        assert known[-3:] == [number - 2, number - 1, number]


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("a.py", "a.conflict-T.py"),
        ("some/folder.d/a.b.ipynb", "some/folder.d/a.b.conflict-T.ipynb"),
        ("x/Makefile", "x/Makefile.conflict-T"),
        ("x/.env", "x/.env.conflict-T"),
    ],
)
def test_a_side_file_stands_beside_and_keeps_its_kind(path, beside):
    assert side_file(path, "T") == beside
    assert side_file("a.py", "T", 2) == "a.conflict-T-2.py"
