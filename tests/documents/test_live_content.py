"""A live document becomes another content, and what does not change is not touched."""

from random import Random

import pytest
from jupyter_ydoc import YNotebook, YUnicode
from pycrdt import Doc

from jupyter_collab_agents.documents.disk_content import as_loaded, same_content, steps_to
from jupyter_collab_agents.documents.live_content import apply, content_of, merge
from jupyter_collab_agents.domain.merge import NotAMergeableNotebook
from jupyter_collab_agents.domain.merge.operations import SetValue

PIECES = ("a", "é", "🙂", "e\u0301", "עב", "\n", "x = 1\n", " ")


def cell(cell_id, source, kind="code", **fields):
    made = {"id": cell_id, "cell_type": kind, "source": source, "metadata": {}}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made | fields


def notebook(*cells, **metadata):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def live(content):
    model = YNotebook(Doc()) if isinstance(content, dict) else YUnicode(Doc())
    model.set(content)
    return model


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def make(model, wanted, origin="disk"):
    apply(model, steps_to(content_of(model), wanted), origin=origin)


CASES = {
    "source": notebook(cell("a", "x = 2é"), cell("b", "y")),
    "inserted": notebook(cell("n", "new"), cell("a", "x"), cell("b", "y")),
    "deleted": notebook(cell("b", "y")),
    "moved": notebook(cell("b", "y"), cell("a", "x")),
    "type": notebook(cell("a", "x", "markdown"), cell("b", "y")),
    "outputs": notebook(cell("a", "x", outputs=[stream("1\n")], execution_count=3), cell("b", "y")),
    "metadata": notebook(cell("a", "x", metadata={"tags": ["t"]}), cell("b", "y"), author="me"),
    "attachments": notebook(
        cell("a", "x", "markdown", attachments={"p.png": {"image/png": "aa"}}), cell("b", "y")
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_notebook_becomes_what_is_wanted(name):
    model = live(notebook(cell("a", "x"), cell("b", "y")))
    make(model, CASES[name])
    assert as_loaded(content_of(model)) == as_loaded(CASES[name])
    assert steps_to(content_of(model), CASES[name]) == []
    make(model, notebook(cell("a", "x"), cell("b", "y")))
    assert [c["source"] for c in content_of(model)["cells"]] == ["x", "y"]


def test_a_cell_that_does_not_change_stays_the_same_shared_object():
    model = live(notebook(cell("a", "x"), cell("b", "y")))
    seen = []
    model.ycells.observe_deep(seen.extend)
    make(model, notebook(cell("a", "x"), cell("b", "yz")))
    (event,) = seen
    assert event.path == [1, "source"]
    assert event.delta == [{"retain": 1}, {"insert": "z"}]


def test_the_origin_is_told():
    model = live("one\ntwo\n")
    origins = []
    source = model.ydoc["source"]
    source.observe(lambda event: origins.append(event.transaction.origin))
    make(model, "one\ntwo and a half\n", origin="user:ann")
    assert (content_of(model), origins) == ("one\ntwo and a half\n", ["user:ann"])


def test_texts_of_any_script_become_what_is_wanted():
    random = Random(3)
    for _ in range(200):
        old, new = ("".join(random.choices(PIECES, k=30)) for _ in range(2))
        model = live(old)
        make(model, new)
        assert content_of(model) == new


def test_random_notebooks_become_what_is_wanted():
    random = Random(5)

    def some():
        ids = random.sample("abcdefgh", random.randint(1, 6))
        return notebook(
            *(
                cell(i, "".join(random.choices(PIECES, k=6)), random.choice(["code", "markdown"]))
                for i in ids
            )
        )

    for _ in range(200):
        model, wanted = live(some()), some()
        make(model, wanted)
        assert same_content(content_of(model), wanted)


def test_cells_without_ids_are_found_by_what_they_say():
    old = {
        "nbformat": 4,
        "nbformat_minor": 2,
        "metadata": {},
        "cells": [{**cell("", text)} for text in ("one", "two", "three")],
    }
    for each in old["cells"]:
        del each["id"]
    model = live(old)
    kept = model.ycells[2]["id"]
    make(model, {**old, "cells": [old["cells"][0], old["cells"][2]]})
    assert [c["source"] for c in content_of(model)["cells"]] == ["one", "three"]
    assert model.ycells[1]["id"] == kept


def test_foreign_outputs_are_trusted_as_far_as_the_file_is():
    trusted = {"trusted": True}
    model = live(notebook(cell("a", "x", metadata=trusted), cell("b", "y", metadata=trusted)))
    theirs = notebook(
        cell("a", "x", metadata={"trusted": False}, outputs=[stream("<b>")]),
        cell("b", "y", metadata={"trusted": False}),
    )
    make(model, theirs)
    assert [c["metadata"]["trusted"] for c in content_of(model)["cells"]] == [False, True]


def test_a_text_and_a_notebook_cannot_be_merged():
    with pytest.raises(TypeError):
        merge("a", notebook(), "b")


def test_a_notebook_that_cannot_be_shared_is_not_merged_into_one_that_is():
    """ED2, DI1: a number that the library cannot hold."""
    before = notebook(cell("a", "x"))
    for value in (2**63, [2**70]):
        outside = notebook(cell("a", "y", metadata={"k": value}))
        with pytest.raises(NotAMergeableNotebook, match="too large"):
            merge(before, before, outside)


def test_a_panic_of_the_library_is_an_error_like_others():
    model = live(notebook(cell("a", "x")))
    with pytest.raises(RuntimeError, match="could not be changed"):
        apply(model, [SetValue("a", "metadata", "k", 2**70)], origin=None)
