"""The notebook that newcomers meet has the two faults that the tour speaks of, and no other."""

import json
from importlib import resources

import pytest

from jupyter_collab_agents.agents.notebook.analysis import Analysis
from jupyter_collab_agents.agents.notebook.checks import findings
from jupyter_collab_agents.agents.notebook.explain import explain, failing_cells
from jupyter_collab_agents.agents.notebook.findings import Kind
from jupyter_collab_agents.agents.notebook.view import view_of
from jupyter_collab_agents.demo.welcome import MESSAGE
from jupyter_collab_agents.demo.workspace import NOTEBOOK


@pytest.fixture(scope="module")
def notebook() -> Analysis:
    file = resources.files("jupyter_collab_agents.demo") / "files" / NOTEBOOK
    return Analysis(view_of(NOTEBOOK, False, json.loads(file.read_text("utf-8"))))


def test_exactly_one_cell_fails_and_it_is_the_one_the_tour_names(notebook):
    assert failing_cells(notebook) == [6]
    words = "\n".join(explain(notebook, 6))
    assert "NameError: name 'tax_rate' is not" in words
    assert "Cell 7 fails" in MESSAGE


def test_exactly_one_result_is_stale(notebook):
    stale = [finding for finding in findings(notebook) if finding.kind is Kind.STALE]
    assert [finding.index for finding in stale] == [3]


def test_there_is_nothing_else_to_find(notebook):
    assert {finding.index for finding in findings(notebook)} == {3, 6}
