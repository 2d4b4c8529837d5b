"""What ``@notebook`` is asked to do, from people's words."""

import re
from collections.abc import Sequence

from msgspec import Struct

COMMANDS = ("check", "explain", "outline", "help")

MAX_READ = 500
"""Characters of a question that are looked at."""

_WORDS = (
    (
        "explain",
        r"\b(?:why|explain|errors?|fail\w*|traceback|exception|crash\w*|broken?|breaks?|wrong"
        r"|(?:doesn|don|isn|didn|won)['\u2019]?t work\w*|not work\w*|stuck)\b",
    ),
    (
        "check",
        r"\b(?:check|review|lint|problems?|issues?|undefined|stale|out ?dated|order|mistakes?)\b",
    ),
    ("outline", r"\b(?:outline|structure|overview|summar\w+|contents?|toc|sections?)\b"),
    ("help", r"\b(?:help|commands?|what can you|who are you)\b"),
)

_ASKS_WHY = re.compile(
    r"\bwhy\b.{0,80}(?:\b(?:fail|error|crash|broke|break|not work)|n['\u2019]t\b.{0,40}\bwork)"
    r"|\bwhat(?:['\u2019]s| is) (?:wrong|the error)\b|\bwhat does (?:this|the|that) error mean\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"[`\"\u201c]([^`\"\u201c\u201d]{1,300}?\.ipynb)[`\"\u201d]|(\S{1,300}\.ipynb)\b"
)
_CELL = re.compile(r"\bcell\s*#?\s*(\d{1,6})\b", re.IGNORECASE)


class Request(Struct, frozen=True):
    """``command`` is null if the words say nothing we know. ``path`` is a notebook they name;
    ``number`` a cell as people count, from 1."""

    command: str | None
    path: str | None
    number: int | None


def request_of(text: str, notebooks: Sequence[str]) -> Request:
    """Read the question. ``notebooks`` are paths that people may mean by their last part."""
    words = text[:MAX_READ]
    path, spelled = _path(words, notebooks)
    if spelled:
        words = words.replace(spelled, " ")
    number = _CELL.search(words)
    return Request(_command(words), path, int(number[1]) if number else None)


def volunteers(text: str) -> bool:
    """Whether words that are not addressed to it are certainly for it."""
    words = text[:MAX_READ].split()
    if len(text) <= MAX_READ and words and words[0].strip("/.,!?").lower() in COMMANDS[:3]:
        rest = _CELL.sub("", _NAMED.sub("", " ".join(words[1:])))
        fillers = {"the", "this", "my", "our", "notebook", "cell", "please", "error", "it"}
        return all(word.strip(".,!?").lower() in fillers for word in rest.split())
    return _ASKS_WHY.search(text[:MAX_READ]) is not None


def _command(words: str) -> str | None:
    first = words.split(maxsplit=1)[0].strip("/.,:;!?").lower() if words.strip() else "help"
    if first in COMMANDS:
        return first
    for command, pattern in _WORDS:
        if re.search(pattern, words, re.IGNORECASE):
            return command
    return None


def _path(words: str, notebooks: Sequence[str]) -> tuple[str | None, str]:
    """The notebook meant, and how it was written."""
    folded = words.casefold()
    for path in sorted(notebooks, key=len, reverse=True):
        for spelled in (path, path.rpartition("/")[2]):
            at = folded.find(spelled.casefold())
            if at == 0 or (at > 0 and folded[at - 1] in " `'\"\u201c("):
                return path, words[at : at + len(spelled)]
    if match := _NAMED.search(words):
        named = match[1] or match[2]
        return named, named
    return None, ""
