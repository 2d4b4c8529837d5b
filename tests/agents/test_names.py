import ast
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.agents.notebook.cell_code import always_there, read_code
from jupyter_collab_agents.agents.notebook.names import names_of


def names(source):
    return names_of(ast.parse(textwrap.dedent(source)))


def needs(source):
    return {n for n in names(source).uses if not always_there(n)}


@pytest.mark.parametrize(
    ("source", "uses", "binds"),
    [
        ("x = y", "y", "x"),
        ("x = x + 1", "x", "x"),
        ("x += 1", "x", "x"),
        ("x: int = y", "y", "x"),
        ("x: int", "", ""),
        ("a, (b, *c) = d", "d", "a b c"),
        ("a[i] = b", "a i b", ""),
        ("a.b = c", "a c", ""),
        ("x = 1\nprint(x)", "", "x"),
        ("print(x)\nx = 1", "x", "x"),
        ("import a.b, c as d\nfrom e import f as g, h", "", "a d g h"),
        ("for i in a: b = i", "a", "i b"),
        ("for i in a:\n    if i: use(prev)\n    prev = i", "a use", "i prev"),
        ("while a: b = a", "a", "b"),
        ("if a:\n    b = 1\nelse:\n    c = b", "a b", "b c"),
        ("if a:\n    b = 1\nc = b", "a", "b c"),
        ("with a as b, c as (d, e): f = b", "a c", "b d e f"),
        ("try:\n    a = b\nexcept E as e:\n    c = e\nfinally:\n    d = a", "b E", "a c d"),
        ("try:\n    a\nexcept NameError:\n    a = 1", "", "a"),
        ("try:\n    a\nexcept ValueError:\n    pass", "a", ""),
        ("try:\n    a\nexcept* ValueError as e:\n    b = e", "a", "b"),
        ("[i for i in a if i > b]", "a b", ""),
        ("{k: v for k, v in a.items() for w in k}", "a", ""),
        ("[y := i for i in a]", "a", "y"),
        ("if (n := len(a)) > 2: b = n", "a", "n b"),
        ("x = lambda a: a + b", "", "x"),
        ("def f(a, *b, c=d, **e): return a + g", "d", "f"),
        ("@dec\ndef f(): pass", "dec", "f"),
        ("class A(B, metaclass=M):\n    c = d\n    e = c", "B M d", "A"),
        ("class A:\n    x = 1\n    def m(self): return x", "", "A"),
        ("match a:\n    case [b, *c] if d: pass\n    case {'k': e, **f}: pass", "a d", "b c e f"),
        ("match a:\n    case C(x=y) | D() as z: pass", "a C D", "y z"),
        ("async def f():\n    async with a as b: await b", "", "f"),
        ("f'{a} {b!r:{c}}'", "a b c", ""),
        ("print(a, end=b)", "a b", ""),
        ("x = y = z", "z", "x y"),
        ("sum(x * rate for x in xs)", "rate xs", ""),
        ("s.apply(lambda r: r * rate)", "s rate", ""),
        ("button.on_click(lambda b: later)", "button", ""),
        ("sorted(a, key=lambda i: order[i])", "a order", ""),
        ("global g\ng = 1", "", "g"),
        ("from __future__ import annotations", "", "annotations"),
    ],
)
def test_what_a_cell_needs_and_defines(source, uses, binds):
    assert needs(source) == set(uses.split())
    assert set(names(source).binds) == set(binds.split())


def test_functions_need_their_names_when_they_are_called():
    found = names(
        """
        def f(a):
            b = a
            def inner(c):
                return c + b + outer
            return inner(rate)
        class K:
            def __init__(self): self.x = start
            def method(self): return other
        g = lambda: third
        f(1)
        """
    )
    assert set(found.late) >= {"outer", "rate", "start", "other", "third"}
    assert found.functions["f"] == {"outer", "rate"}
    assert found.functions["K"] == {"start"}
    assert found.functions["g"] == {"third"}
    assert set(found.calls) == {"f"}


def test_a_function_may_define_a_global():
    found = names("def f():\n    global g\n    g = 1\n    return g")
    assert found.sets_late == {"g"}


def test_what_is_deleted_is_gone():
    found = names("a = 1\nb = 2\ndel a\nprint(a)")
    assert set(found.binds) == {"b"}
    assert found.deletes == {"a"}
    assert "a" in found.uses
    assert names("if c:\n    del a").deletes == set()


def test_objects_changed_in_place_are_known():
    found = names(
        "df['a'] = 1\nd.x.y = 2\nl.append(3)\ns.sort_values(inplace=True)\ndel m['k']\nt.copy()"
    )
    assert set(found.touches) == {"df", "d", "l", "s", "m"}


def test_names_know_their_first_line():
    found = names("x = 1\ny = (z +\n     w)\nx = z")
    assert found.binds == {"x": 1, "y": 2}
    assert found.uses == {"z": 2, "w": 3}


def test_imports_know_what_they_stand_for():
    assert names("import pandas as pd\nfrom os import path").modules == {
        "pd": "pandas",
        "path": "os.path",
    }


@pytest.mark.parametrize("source", ["from a import *", "exec('x = 1')", "globals()['x'] = 1"])
def test_some_cells_may_define_anything(source):
    assert names(source).dynamic


def test_annotations_are_no_need_of_the_moment():
    found = names("def f(a: T) -> U: ...\nx: V = 1")
    assert found.uses == {}
    assert set(found.late) == {"T", "U", "V"}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters_are_local():
    found = names("def f[T](a: T) -> T: ...\nclass C[U](list[U]): ...\ntype L[V] = list[V]")
    assert {n for n in {*found.uses, *found.late} if not always_there(n)} == set()
    assert set(found.binds) == {"f", "C", "L"}


@pytest.mark.parametrize("name", ["print", "display", "get_ipython", "_", "_12", "_i3", "__name__"])
def test_some_names_are_always_there(name):
    assert always_there(name)


@pytest.mark.parametrize("name", ["x", "_x", "_private", "prin"])
def test_others_are_not(name):
    assert not always_there(name)


@pytest.mark.parametrize(
    "source",
    [
        "+".join(["a"] * 5000),
        "(" * 5000,
        "[" * 99 + "]" * 99,
        "\x00",
        "\ud800",
        "if",
        "%",
        "%%",
        "?",
    ],
)
def test_hard_cells_are_read_or_refused_but_nothing_breaks(source):
    read_code(0, source)


CODE = st.lists(
    st.sampled_from(
        [
            *("x", "y", "def f(a):", "class A:", "for i in x:", "if y:", "else:", "try:", "return"),
            *(
                "except E as e:",
                "    ",
                "\n",
                "=",
                "(",
                ")",
                "[",
                "]",
                ":",
                ",",
                ".",
                "lambda b: b",
            ),
            *("import a", "del x", "global x", "with x as y:", "match x:", "case y:", "*", "yield"),
            *(" ", "%time ", "!ls", "?", '"""', "'", "#", "await x", "nonlocal x", ":=", "->", "@"),
        ]
    ),
    max_size=25,
).map("".join)


@given(CODE | st.text(max_size=60) | st.binary(max_size=40).map(lambda b: b.decode("latin-1")))
def test_reading_never_raises_and_lines_are_within_the_cell(source):
    found = read_code(3, source)
    last = source.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    lines = [*found.names.uses.values(), *found.names.binds.values(), *found.names.late.values()]
    assert all(1 <= line <= last for line in lines)
