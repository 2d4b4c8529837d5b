"""Cutting and folding words as the database does."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_collab_agents.storage.words import (
    MAX_WORDS,
    fold,
    folded_words,
    has_all,
    query_words,
)


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Alpha", "alpha"),
        ("École", "ecole"),
        ("e\u0301cole", "ecole"),
        ("ẤM", "am"),
        ("Straße", "straße"),
        ("Йод", "йод"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("Σίσυφος", "σίσυφοσ"),
        ("日本語", "日本語"),
    ],
)
def test_case_is_folded_and_the_accents_of_latin_letters(word, folded):
    assert fold(word) == folded


def test_a_query_has_each_word_once_and_not_too_many():
    assert query_words("b a-b  'a' c_d") == ["b", "a", "c", "d"]
    assert len(query_words(" ".join(map(str, range(1000))))) == MAX_WORDS


def test_all_wanted_words_must_begin_some_word():
    assert has_all(["kernel", "died"], ["die", "kern"])
    assert not has_all(["kernel", "died"], ["die", "nel"])
    assert has_all(["anything"], [])


letters = st.sampled_from(
    "abzABZ019 éÉàÇñÖüẤ_-.,;'\"\n\tжЯЙёΩΣ\N{GREEK SMALL LETTER FINAL SIGMA}日本語ß🎉"
)


@settings(max_examples=150, database=None)
@given(st.text(letters, max_size=30))
def test_words_are_those_of_the_database(text):
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5(b, tokenize='unicode61 remove_diacritics 2')"
    )
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
    connection.execute("INSERT INTO t VALUES (?)", (text,))
    terms = [row[0] for row in connection.execute("SELECT term FROM v ORDER BY offset")]
    connection.close()
    assert folded_words(text) == terms
