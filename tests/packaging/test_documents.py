"""What the documents point to is there: files, links between documents, and commands."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from work_tree import ROOT

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "decisions")
    for path in folder.glob("*.md")
)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PLACES = ("tests/", "ui-tests/", "src/", "benchmarks/", "scripts/", "jupyter_collab_agents/")
LEFT_BY_RUNS = {"ui-tests/screenshots-out"}
BROWSER_TEST = re.compile(r"[\w-]+\.spec\.tsx?")


@cache
def text(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def spoken(document: str) -> str:
    """A document without its blocks of code."""
    return FENCE.sub("", text(document))


def anchors(document: str) -> set[str]:
    """What can follow a ``#``: headings as hosting sites turn them into anchors."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text(document)))
    return {heading.strip().replace(" ", "-") for heading in kept}


@cache
def specs() -> set[str]:
    """The names of all test files of the front end and the browser."""
    folders = (ROOT / "src", ROOT / "ui-tests" / "tests")
    return {path.name for folder in folders for path in folder.rglob("*.spec.ts*")}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_is_there(document):
    for name in CODE.findall(spoken(document)):
        if not name.startswith(PLACES) or name in LEFT_BY_RUNS:
            continue
        path, _, test = name.partition("::")
        assert any(ROOT.glob(path.rstrip("/"))), name
        assert f"def {test}(" in (ROOT / path).read_text("utf-8") if test else True, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_front_end_test_that_is_named_is_there(document):
    for name in CODE.findall(spoken(document)):
        if BROWSER_TEST.fullmatch(name):
            assert name in specs(), name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_inside_leads_somewhere(document):
    for target in LINK.findall(spoken(document)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (ROOT / document).parent / path if path else ROOT / document
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there.resolve().relative_to(ROOT).as_posix()), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_and_script_that_is_named_is_there(document):
    """In sentences and in blocks of commands alike."""
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    scripts = set(json.loads(text("package.json"))["scripts"])
    programs = {"jest", "playwright", "install", "eslint", "prettier", "tsc"}
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", text(document), re.MULTILINE):
        assert target in targets, target
    for script in re.findall(r"(?:^|`)jlpm ([a-z:]+)", text(document), re.MULTILINE):
        assert script in scripts | programs, script


def test_the_versions_that_are_asked_for_are_those_of_the_package():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    python = project["requires-python"].removeprefix(">=")
    (lab,) = project["optional-dependencies"]["lab"]
    newest = ".".join(lab.split(">=")[1].split(",")[0].split(".")[:2])
    for document in ("README.md", "docs/admin-guide.md"):
        assert f"Python {python} or newer" in text(document)
        assert f"JupyterLab {newest}" in text(document)


def test_no_document_of_ours_is_left_out():
    assert {"README.md", "CONTRIBUTING.md", "docs/mission.md", "docs/protocol.md"} <= set(DOCUMENTS)
    assert [Path(d).name for d in DOCUMENTS].count("README.md") == 2
