from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.agents.storable_text import MAX_FAILURE, failure_text, storable
from jupyter_collab_agents.domain.text import check_encodable, strip_controls

ANYTHING = st.text(st.characters(exclude_categories=()) | st.sampled_from("\0\ud800\udfff\u202e"))


@given(ANYTHING)
def test_everything_can_be_stored_after_cleaning(text):
    check_encodable(storable(text))
    check_encodable(failure_text(text * 100))


@given(st.lists(ANYTHING, max_size=5))
def test_cleaned_pieces_make_the_cleaned_whole(pieces):
    whole = storable("".join(pieces))
    assert "".join(map(storable, pieces)) == whole
    assert storable(whole) == whole


@given(st.text())
def test_what_is_fit_already_stays(text):
    fit = strip_controls(text.replace("\0", ""))
    assert storable(fit) == fit


def test_a_reason_is_short():
    assert failure_text("x" * MAX_FAILURE) == "x" * MAX_FAILURE
    assert len(failure_text("x" * 100_000)) == MAX_FAILURE
