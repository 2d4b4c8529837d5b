"""Every rule of docs/protocol.md is proved by a test that names it, and none is made up."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"^- \*\*([A-Z]{2}\d{1,2})\*\* ", re.MULTILINE)
CITATION = re.compile(r"\b([A-Z]{2}\d{1,2})\b")
TESTS = (
    ("tests", "*.py"),
    ("src", "__tests__/*.ts"),
    ("src", "__tests__/*.tsx"),
    ("ui-tests", "*.ts"),
    ("ui-tests", "*.py"),
)


@cache
def rules() -> list[str]:
    return RULE.findall((ROOT / "docs" / "protocol.md").read_text("utf-8"))


@cache
def cited() -> dict[str, list[str]]:
    """By rule, the test files that cite it. What only looks like a rule is not counted."""
    families = {rule[:2] for rule in rules()}
    found: dict[str, list[str]] = {}
    for folder, pattern in TESTS:
        for path in sorted((ROOT / folder).rglob(pattern)):
            if "node_modules" in path.parts or path == Path(__file__):
                continue
            for rule in set(CITATION.findall(path.read_text("utf-8"))):
                if rule[:2] in families:
                    found.setdefault(rule, []).append(str(path.relative_to(ROOT)))
    return found


def test_rules_are_numbered_without_a_gap_and_each_once():
    numbers: dict[str, list[int]] = {}
    for rule in rules():
        numbers.setdefault(rule[:2], []).append(int(rule[2:]))
    assert numbers
    for family, those in numbers.items():
        assert those == list(range(1, len(those) + 1)), family


@pytest.mark.parametrize("rule", rules())
def test_every_rule_is_proved_by_a_test(rule):
    assert cited().get(rule), f"no test cites {rule}"


def test_no_test_cites_a_rule_that_is_not_there():
    known = set(rules())
    assert {rule: files for rule, files in cited().items() if rule not in known} == {}
