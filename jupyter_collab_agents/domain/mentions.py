"""Who is mentioned in a text: ``@username``, ``@agent`` or ``@"Display Name"``.

Code, quotes, links and e-mail addresses mention nobody.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from ..protocol.participants import Membership, Participant

MAX_SIGNS = 1000
"""Only so many @ of one text are looked at: nobody mentions more people than that."""

MAX_QUOTED = 250

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_QUOTE = re.compile(r" {0,3}>")
_TICKS = re.compile(r"`+")
_LINK = re.compile(r"https?://\S+")
_CJK = "\u2e80"  # scripts from here on are written without spaces


def mentioned(body: str, participants: Mapping[str, Participant]) -> list[str]:
    """Ids of the members that ``body`` mentions, each once, in order of appearance.

    Names are compared without case; where several fit, the longest counts.
    """
    if "@" not in body:
        return []
    handles, displays = _names(participants)
    lengths = sorted({len(name) for name in handles}, reverse=True)
    found: dict[str, None] = {}
    for block in _prose(body):
        text = _folded(_LINK.sub(" ", _without_code_spans(block)))
        for at in _signs(text):
            if text.startswith('"', at + 1):
                end = text.find('"', at + 2, at + 2 + MAX_QUOTED)
                name = " ".join(text[at + 2 : end].split()) if end > 0 else ""
                ids = displays.get(name) or handles.get(name, [])
            else:
                ids = next(
                    (
                        handles[name]
                        for length in lengths
                        if (name := text[at + 1 : at + 1 + length]) in handles
                        and _ends(text, at + 1 + length)
                    ),
                    [],
                )
            found.update(dict.fromkeys(ids))
    return list(found)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _names(
    participants: Mapping[str, Participant],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    handles: dict[str, list[str]] = {}
    displays: dict[str, list[str]] = {}
    for participant_id, participant in participants.items():
        if participant.membership is Membership.MEMBER:
            handle = _folded(participant_id.partition(":")[2])
            handles.setdefault(handle, []).append(participant_id)
            display = " ".join(_folded(participant.profile.name).split())
            displays.setdefault(display, []).append(participant_id)
    handles.pop("", None)
    displays.pop("", None)
    return handles, displays


def _prose(body: str) -> Iterator[str]:
    """Paragraphs outside fenced code, without quoted lines."""
    lines: list[str] = []
    fence = ""
    for line in body.splitlines():
        opening = _FENCE.match(line)
        if fence:
            closing = line.strip()
            if closing and not closing.strip(fence[0]) and len(closing) >= len(fence):
                fence = ""
            continue
        if opening or _QUOTE.match(line) or not line.strip():
            fence = opening[1] if opening else ""
            yield "\n".join(lines)
            lines = []
        else:
            lines.append(line)
    yield "\n".join(lines)


def _without_code_spans(text: str) -> str:
    """A run of backticks up to the next run of the same length becomes a blank. Linear."""
    if "`" not in text:
        return text
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    later: dict[int, int] = {}
    closes: list[int | None] = [None] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closes[index] = later.get(length)
        later[length] = index
    kept: list[str] = []
    position = index = 0
    while index < len(runs):
        closing = closes[index]
        if closing is None:
            index += 1
            continue
        kept.append(text[position : runs[index][0]])
        position = runs[closing][1]
        index = closing + 1
    kept.append(text[position:])
    return " ".join(kept)


def _signs(text: str) -> Iterator[int]:
    """Where an @ begins a mention: not within an address, not escaped."""
    at = -1
    for _ in range(MAX_SIGNS):
        at = text.find("@", at + 1)
        if at < 0:
            return
        before = text[at - 1] if at else " "
        if before not in "_.%+-@\\" and not (before.isalnum() and before < _CJK):
            yield at


def _ends(text: str, end: int) -> bool:
    """Whether a name can end before ``text[end]``."""
    if end >= len(text):
        return True
    after = text[end]
    if after in ".-+@":  # "@ann." ends a sentence, "@ann.lee" is another name
        follows = text[end + 1 : end + 2]
        return not (follows.isalnum() or follows == "_")
    if after == "_" or unicodedata.category(after).startswith("M"):
        return False
    return not after.isalnum() or (after >= _CJK and text[end - 1] < _CJK)
