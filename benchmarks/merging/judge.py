"""Is a merge what the oracle says, and was nothing lost on the way?"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_collab_agents.domain.merge import Conflict, merge_notebooks, merge_texts

from .generated_notebooks import generated_notebooks
from .generated_texts import generated_texts
from .history_notebooks import history_notebooks
from .history_texts import history_texts
from .mix import Case, Document


@dataclass
class Tally:
    """What came out for one class. ``wrong`` and ``lost`` name their cases."""

    cases: int = 0
    merged: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    """Asked although both could be had."""


def corpus() -> list[Case]:
    """All cases, generated and from histories."""
    return [
        *generated_texts(),
        *history_texts(),
        *generated_notebooks(),
        *history_notebooks(),
    ]


def merged(case: Case) -> tuple[Document, list[Conflict]]:
    """The case as we merge it."""
    if isinstance(case.base, str):
        assert isinstance(case.ours, str)
        assert isinstance(case.theirs, str)
        text = merge_texts(case.base, case.ours, case.theirs)
        return text.text, text.conflicts
    assert isinstance(case.ours, dict)
    assert isinstance(case.theirs, dict)
    book = merge_notebooks(case.base, case.ours, case.theirs)
    return book.notebook, book.conflicts


def judge(cases: Iterable[Case]) -> dict[str, Tally]:
    """Tallies by class."""
    tallies: dict[str, Tally] = {}
    for case in cases:
        tally = tallies.setdefault(case.kind, Tally())
        result, conflicts = merged(case)
        tally.cases += 1
        if conflicts:
            tally.asked += 1
            if case.expected is not None:
                tally.needless.append(case.name)
        else:
            tally.merged += 1
            if result != case.expected:
                tally.wrong.append(case.name)
        if _lost(case, result, conflicts):
            tally.lost.append(case.name)
    return tallies


def _lost(case: Case, result: Document, conflicts: list[Conflict]) -> bool:
    """Whether a word that one side brought in is neither in the result nor in a conflict."""
    kept = _said(result) + "".join(_said([c.ours, c.theirs]) for c in conflicts)
    return any(word not in kept for marks in case.marks for word in marks)


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value + "\n"
    if isinstance(value, dict):
        return "".join(_said(part) for part in value.values())
    if isinstance(value, list):
        return "".join(_said(part) for part in value)
    return json.dumps(value)


GIT = shutil.which("git")


@dataclass
class Agreement:
    """With ``git merge-file`` on the texts of the corpus."""

    equal: int = 0
    both_ask: int = 0
    only_git_asks: int = 0
    only_we_ask: int = 0
    differ: list[str] = field(default_factory=list)


def agreement_with_git(cases: Iterable[Case]) -> Agreement | None:
    """None if there is no git on this machine."""
    if GIT is None:
        return None
    found = Agreement()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in cases:
            if isinstance(case.base, str):
                _compare(case, folder, found)
    return found


def _compare(case: Case, folder: Path, found: Agreement) -> None:
    ours, conflicts = merged(case)
    git = _git_merge(folder, case)
    if git is None:
        found.both_ask += bool(conflicts)
        found.only_git_asks += not conflicts
    elif conflicts:
        found.only_we_ask += 1
    elif git == ours:
        found.equal += 1
    else:
        found.differ.append(case.name)


def _git_merge(folder: Path, case: Case) -> str | None:
    """What git makes of it, or None where it asks."""
    versions = {"ours": case.ours, "base": case.base, "theirs": case.theirs}
    for name, version in versions.items():
        assert isinstance(version, str)
        (folder / name).write_bytes(version.encode())
    assert GIT is not None
    done = subprocess.run(
        [GIT, "merge-file", "-p", "ours", "base", "theirs"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode() if done.returncode == 0 else None
