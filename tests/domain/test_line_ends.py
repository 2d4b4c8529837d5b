"""Line ends come back as they were."""

from random import Random

from jupyter_collab_agents.domain.line_ends import with_line_ends_of


def test_a_text_with_lf_is_left_alone():
    assert with_line_ends_of("a\nb\n", "a\nc\n") == "a\nc\n"


def test_a_text_with_crlf_has_it_again_in_every_line():
    assert with_line_ends_of("a\r\nb\r\n", "a\nnew\nb\nc") == "a\r\nnew\r\nb\r\nc"


def test_in_a_mixed_text_each_line_keeps_its_own_and_new_ones_get_the_usual():
    mixed = "a\r\nb\nc\r\nd\r\n"
    assert with_line_ends_of(mixed, "a\nb\nnew\nc\nd\n") == "a\r\nb\nnew\r\nc\r\nd\r\n"
    assert with_line_ends_of(mixed, "b\nd\n") == "b\nd\r\n"
    assert with_line_ends_of(mixed, "") == ""


def test_what_was_not_edited_comes_back_byte_for_byte():
    random = Random(11)
    for _ in range(300):
        text = "".join(
            random.choice("abé🙂") + random.choice(["\n", "\r\n", ""]) for _ in range(12)
        )
        assert with_line_ends_of(text, text.replace("\r\n", "\n")) == text
