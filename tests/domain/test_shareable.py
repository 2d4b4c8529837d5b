"""ED2: what a shared document cannot hold, or other programs could not read or save."""

from typing import Any

import pytest

from jupyter_collab_agents.domain.merge import NotAMergeableNotebook
from jupyter_collab_agents.domain.shareable import MAX_DEPTH, MAX_NUMBER, check_shareable


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [nested(MAX_DEPTH), MAX_NUMBER, -MAX_NUMBER, 1e300, True, None, "x" * 99, [{}, "é"]]
)
def test_what_documents_have(value: Any) -> None:
    check_shareable(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (nested(MAX_DEPTH + 1), "nested too deeply"),
        (nested(100_000), "nested too deeply"),
        ({"a": [{"b": MAX_NUMBER + 1}]}, "too large"),
        ([-(10**30)], "too large"),
    ],
)
def test_what_they_must_not_have(value: Any, words: str) -> None:
    with pytest.raises(NotAMergeableNotebook, match=words):
        check_shareable(value)
