import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.agents.notebook.lines import physical_lines, statement_starts
from jupyter_collab_agents.agents.notebook.magics import to_python, without_automagic

PIECES = st.sampled_from(
    [
        *("%", "%%", "!", "?", "'", '"', '"""', "(", ")", "[", "\\", "#", "=", " ", "    ", "\n"),
        *(
            "x",
            "time",
            "bash",
            "capture out",
            "ls",
            "pip install a",
            "if a:",
            "\r\n",
            "\r",
            "def f():",
        ),
    ]
)
SOURCES = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80)


@given(SOURCES)
def test_every_line_keeps_its_number(source):
    text = to_python(source)
    assert text.source.count("\n") == len(physical_lines(source)) - 1
    assert without_automagic(text).source.count("\n") == text.source.count("\n")


@given(SOURCES)
def test_whatever_python_reads_alone_is_left_alone(source):
    lines = physical_lines(source)
    assert len(statement_starts(lines)) == len(lines)


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%time x = f()", "x = f()"),
        ("%timeit -n 10 f()", "pass"),
        ("if a:\n    %time f()\n    !ls", "if a:\n    f()\n    pass"),
        ("files = !ls *.csv\nprint(files)", "files = None\nprint(files)"),
        ("a, b = %sx ls", "a, b = None"),
        ("df.head?", "pass"),
        ("?df", "pass"),
        ("!echo 'it''s (\nx = 1", "pass\nx = 1"),
        ("!pip install a \\\n   b\nx = 1", "pass\n\nx = 1"),
        ('x = """\n%time not a magic\n"""', 'x = """\n%time not a magic\n"""'),
        ("x = (5\n % 3)", "x = (5\n % 3)"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit setup = 1\nx = setup", "setup = 1\nx = setup"),
        ("\n\n%%capture out\nx = 1", "\n\n\nx = 1"),
        ("%%bash\nls", "\n"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
    ],
)
def test_ipython_becomes_python(source, python):
    text = to_python(source)
    assert text.source == python
    ast.parse(text.source)


def test_what_magics_define_is_known():
    assert to_python("%%capture out\nx = 1").binds == {"out": 1}
    assert to_python("%%bash --out lines --err errors\nls").binds == {"lines": 1, "errors": 1}
    assert to_python("%%bash\nls").binds == {}


@pytest.mark.parametrize("source", ["%run other.py", "%pylab", "%%sql result <<\nselect 1"])
def test_some_magics_may_define_anything(source):
    assert to_python(source).dynamic


@pytest.mark.parametrize("source", ["%matplotlib inline", "%%html\n<b>", "!ls", "x = 1"])
def test_most_magics_define_nothing(source):
    assert not to_python(source).dynamic


def test_only_some_cell_magics_hold_python():
    assert not to_python("%%bash\nls").python
    assert not to_python("%%html\n<b>").python
    assert to_python("%%time\nx = 1").python


def test_commands_without_a_sign_are_known():
    text = without_automagic(to_python("pip install pandas\nls = 1\nx = 2"))
    assert text.source == "pass\nls = 1\nx = 2"
