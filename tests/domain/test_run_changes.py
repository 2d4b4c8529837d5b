"""A notebook as if a run had done nothing to its cells."""

from typing import Any

from jupyter_collab_agents.domain.authorship import Gone, Span
from jupyter_collab_agents.domain.run_changes import (
    FILE,
    Authors,
    CellMade,
    CellMoved,
    CellRemoved,
    CellRetyped,
    TextAuthors,
    ValueSet,
    is_run,
    runs_of,
    without_run,
)

RUN, OTHER = "agent:a/r1", "agent:b/r2"


def cell(cell_id: str, source: str = "", cell_type: str = "code", **metadata: Any) -> Any:
    return {"id": cell_id, "cell_type": cell_type, "source": source, "metadata": metadata}


def notebook(*cells: Any, **metadata: Any) -> Any:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def by(author: str | None, text: str) -> TextAuthors:
    return TextAuthors(text, (Span(author, len(text)),))


def ids(content: Any) -> list[str]:
    return [one["id"] for one in content["cells"]]


def test_a_cell_that_it_made_goes_unless_others_have_written_in_it() -> None:
    """GR3."""
    mixed = TextAuthors("run ann", (Span(RUN, 4), Span("user:ann", 3)))
    authors = Authors(
        {"a": by(RUN, "run"), "b": mixed, "c": by(None, "c")},
        (CellMade(RUN, "a"), CellMade(RUN, "b")),
    )
    content, left = without_run(
        notebook(cell("a", "run"), cell("b", "run ann"), cell("c", "c")), authors, RUN
    )
    assert [(one["id"], one["source"]) for one in content["cells"]] == [("b", "ann"), ("c", "c")]
    assert runs_of(left) == []


def test_a_cell_that_it_removed_comes_back_to_its_place_as_it_was() -> None:
    """GR3."""
    gone = cell("b", "", tags=["x"])
    change = CellRemoved(RUN, "b", "a", gone, by("user:ann", "words"))
    content, left = without_run(
        notebook(cell("a"), cell("c")), Authors({"a": by(None, "")}, (change,)), RUN
    )
    assert ids(content) == ["a", "b", "c"]
    assert content["cells"][1] == {**gone, "source": "words"}
    assert left.texts["b"] == by("user:ann", "words")


def test_a_cell_whose_neighbour_is_gone_comes_back_in_front() -> None:
    change = CellRemoved(RUN, "b", "gone", cell("b"), by(None, "x"))
    content, _ = without_run(notebook(cell("c")), Authors({}, (change,)), RUN)
    assert ids(content) == ["b", "c"]


def test_a_cell_that_somebody_has_brought_back_is_not_doubled() -> None:
    change = CellRemoved(RUN, "b", None, cell("b"), by(None, "x"))
    content, _ = without_run(notebook(cell("b")), Authors({}, (change,)), RUN)
    assert ids(content) == ["b"]


def test_a_cell_that_it_moved_goes_back_unless_somebody_has_moved_it_since() -> None:
    """GR3."""
    change = CellMoved(RUN, "c", "b", None)
    content, _ = without_run(notebook(cell("c"), cell("a"), cell("b")), Authors({}, (change,)), RUN)
    assert ids(content) == ["a", "b", "c"]
    since = notebook(cell("a"), cell("c"), cell("b"))
    assert ids(without_run(since, Authors({}, (change,)), RUN)[0]) == ["a", "c", "b"]


def test_types_and_values_go_back_unless_somebody_has_set_them_since() -> None:
    """GR3."""
    changes = (
        CellRetyped(RUN, "a", "code", "raw"),
        CellRetyped(RUN, "b", "code", "raw"),
        ValueSet(RUN, "a", "new", None, 1),
        ValueSet(RUN, "a", "changed", "old", "by run"),
        ValueSet(RUN, "b", "changed", "old", "by run"),
        ValueSet(RUN, None, "title", None, "by run"),
        ValueSet(OTHER, None, "kept", None, 1),
    )
    content, left = without_run(
        notebook(
            cell("a", cell_type="raw", new=1, changed="by run"),
            cell("b", cell_type="markdown", changed="by ann"),
            title="by run",
            kept=1,
        ),
        Authors({}, changes),
        RUN,
    )
    first, second = content["cells"]
    assert (first["cell_type"], first["metadata"]) == ("code", {"changed": "old"})
    assert (second["cell_type"], second["metadata"]) == ("markdown", {"changed": "by ann"})
    assert content["metadata"] == {"kept": 1}
    assert runs_of(left) == [OTHER]


def test_several_changes_of_one_cell_are_undone_from_the_last() -> None:
    changes = (ValueSet(RUN, "a", "k", 1, 2), ValueSet(RUN, "a", "k", 2, 3))
    content, _ = without_run(notebook(cell("a", k=3)), Authors({}, changes), RUN)
    assert content["cells"][0]["metadata"] == {"k": 1}


def test_the_text_of_a_file() -> None:
    parts = (Gone(RUN, "old", (Span(None, 3),)), Span(RUN, 3), Span("user:ann", 4))
    authors = Authors({FILE: TextAuthors("new ann", parts)})
    content, left = without_run("new ann", authors, RUN)
    assert content == "old ann"
    assert left.texts[FILE].parts == (Span(None, 3), Span("user:ann", 4))
    assert without_run("what nobody knows", Authors(), RUN) == ("what nobody knows", Authors())


def test_the_content_that_was_given_stays_as_it_is() -> None:
    given = notebook(cell("a", "x", k=1))
    authors = Authors({"a": by(RUN, "x")}, (ValueSet(RUN, "a", "k", None, 1),))
    without_run(given, authors, RUN)
    assert given == notebook(cell("a", "x", k=1))


def test_what_a_run_is() -> None:
    assert is_run("agent:a/r1")
    assert not any(is_run(one) for one in ("agent:a", "user:a/b", "disk", None))
