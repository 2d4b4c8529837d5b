import pytest

from jupyter_collab_agents.agents.builtin.request import MAX_READ, request_of, volunteers

BOOKS = ["sales.ipynb", "reports/Sales review.ipynb"]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("check", "check"),
        ("Check!", "check"),
        ("/check", "check"),
        ("explain", "explain"),
        ("why does this cell fail?", "explain"),
        ("why?", "explain"),
        ("it doesn't work", "explain"),
        ("what is this error", "explain"),
        ("is anything stale", "check"),
        ("are there undefined names", "check"),
        ("give me an overview", "outline"),
        ("outline", "outline"),
        ("help", "help"),
        ("", "help"),
        ("what can you do", "help"),
        ("tell me a joke", None),
        ("outline of why", "outline"),
    ],
)
def test_words_become_commands(text, command):
    assert request_of(text, BOOKS).command == command


@pytest.mark.parametrize(
    ("text", "path", "number"),
    [
        ("explain cell 4", None, 4),
        ("explain Cell #12 please", None, 12),
        ("check sales.ipynb", "sales.ipynb", None),
        ("check Sales Review.ipynb cell 3", "reports/Sales review.ipynb", 3),
        ("check reports/Sales review.ipynb", "reports/Sales review.ipynb", None),
        ("check other.ipynb", "other.ipynb", None),
        ("check `my other.ipynb`", "my other.ipynb", None),
        ("check presales.ipynb", "presales.ipynb", None),
        ("check", None, None),
        ("cell phone", None, None),
    ],
)
def test_notebooks_and_cells_are_found_in_the_words(text, path, number):
    request = request_of(text, BOOKS)
    assert (request.path, request.number) == (path, number)


def test_the_name_of_a_notebook_is_no_command():
    assert request_of("check the outline.ipynb", ["outline.ipynb"]).command == "check"
    assert request_of("outline why.ipynb", ["why.ipynb"]).command == "outline"
    assert request_of("look at errors.ipynb", ["errors.ipynb"]).command is None


@pytest.mark.parametrize(
    "text",
    [
        "check",
        "explain cell 4",
        "check this notebook please",
        "check sales.ipynb",
        "why does this fail?",
        "Why doesn't this work?",
        "what is wrong with cell 4",
        "what does this error mean?",
    ],
)
def test_it_volunteers_for_what_it_knows(text):
    assert volunteers(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "help",
        "lunch?",
        "why is total negative?",
        "check with Ben whether the numbers are final",
        "explain to me who invited Dan",
        "let me check",
        "x" * 100_000,
        "why " * 100_000,
    ],
)
def test_it_keeps_out_of_other_talk(text):
    assert not volunteers(text)


def test_only_the_beginning_of_a_long_text_is_read():
    assert request_of("x " * MAX_READ + "why", []).command is None
