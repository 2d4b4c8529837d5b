import posixpath
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.paths import check_cell_id, clean_path, clean_paths
from jupyter_collab_agents.protocol.errors import ErrorCode

from .scene import outcome, refused

ANY_PATH = st.text(st.sampled_from("ab./\\~:\0\ud800e\u0301\u202e C%")) | st.text(
    st.characters(codec=None)
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("sales.ipynb", "sales.ipynb"),
        ("data/./2024//sales.csv", "data/2024/sales.csv"),
        ("./a/b/", "a/b"),
        ("re\u0301sume\u0301.md", "résumé.md"),
        ("a b/c:d.txt", "a b/c:d.txt"),
        ("%2e%2e/x", "%2e%2e/x"),
        ("a..b", "a..b"),
    ],
)
def test_paths_are_made_regular(raw, clean):
    assert clean_path(raw) == clean


@pytest.mark.parametrize("raw", ["/etc/passwd", "//x", "..", "a/../b", "a/..", "C:/x", "c:", "/"])
def test_paths_do_not_lead_out(raw):
    with refused(ErrorCode.FORBIDDEN, "is outside the folder that this server shows"):
        clean_path(raw)


@pytest.mark.parametrize("raw", [".ssh/id_rsa", "a/.env", "...", "..hidden", "a/.. "])
def test_hidden_files_stay_hidden(raw):
    with refused(ErrorCode.FORBIDDEN, "hidden"):
        clean_path(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "empty"),
        (".", "empty"),
        ("./", "empty"),
        ("a\0b", "characters"),
        ("a\nb", "characters"),
        ("a\ud800", "characters"),
        ("a\u202eb", "characters"),
        ("a\\b", "backslash"),
        ("a" * 1025, "at most 1024"),
    ],
)
def test_what_is_no_path_is_refused(raw, words):
    with refused(ErrorCode.INVALID, words):
        clean_path(raw)


@given(ANY_PATH)
def test_a_clean_path_stays_clean_and_inside(raw):
    clean = outcome(clean_path, raw)
    if isinstance(clean, Refusal):
        assert clean.code in {ErrorCode.INVALID, ErrorCode.FORBIDDEN}
        clean.message.encode()
        return
    assert clean_path(clean) == clean
    assert posixpath.normpath(clean) == clean
    assert posixpath.join("/root", clean).startswith("/root/")
    assert not any(part.startswith(".") for part in clean.split("/"))
    assert "\\" not in clean
    assert unicodedata.is_normalized("NFC", clean)
    clean.encode()


def test_each_path_counts_once_in_order():
    assert clean_paths(["b", "a", "./b", "a/"]) == ["b", "a"]


def test_cell_ids_are_those_of_notebooks():
    assert check_cell_id("a-B_9") == "a-B_9"
    for raw in ["", "a b", "a" * 65, "ä", "a\n", "<x>"]:
        with refused(ErrorCode.INVALID, "cell"):
            check_cell_id(raw)
