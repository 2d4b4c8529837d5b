"""What an agent says, made fit to be stored and shown. Pure; cleaning twice changes nothing."""

import re

from ..domain.text import strip_controls

MAX_FAILURE = 500
"""Characters of the reason for which a run failed."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# databases refuse NUL, and lone surrogates cannot travel as UTF-8


def storable(text: str) -> str:
    """Without bidi controls, NUL and lone surrogates replaced by U+FFFD.

    Works character by character: cleaned pieces of a stream make the cleaned whole.
    """
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", strip_controls(text))


def failure_text(reason: str) -> str:
    """Why a run failed, ``MAX_FAILURE`` characters at most."""
    text = storable(reason)
    return text if len(text) <= MAX_FAILURE else text[: MAX_FAILURE - 1] + "…"
