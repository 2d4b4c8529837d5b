"""Names, message texts and reactions: what is kept, what is removed, what is refused."""

import re
import unicodedata

from ..protocol.errors import ErrorCode
from .errors import Refusal

MAX_NAME = 200
MAX_EMOJI = 16

# embeddings, overrides and isolates: they make a text read as something it does not say
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# drawn as nothing although they are letters, marks or symbols
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)]))
)
_KEPT_IN_EMOJI = frozenset([0x200D, *range(0xE0020, 0xE0080)])
_EMOJI_PUNCTUATION = frozenset("\u203c\u2049\u20e3\u2139\u3030\u303d")


def _invisible(char: str) -> bool:
    return char in _BLANK or unicodedata.category(char) in {"Cc", "Cf", "Cs"}


def clean_name(raw: str, *, what: str) -> str:
    """A name of 1..200 characters in NFC, on one line, with nothing invisible in it.

    ``what`` begins the refusal ("The session's name").
    """
    shown = "".join(c for c in raw if c.isspace() or not _invisible(c))
    name = " ".join(unicodedata.normalize("NFC", shown).split())
    if not name:
        raise Refusal(ErrorCode.INVALID, f"{what} needs at least one visible character.")
    if len(name) > MAX_NAME:
        raise Refusal(ErrorCode.INVALID, f"{what} can have at most {MAX_NAME} characters.")
    return name


def strip_controls(text: str) -> str:
    """Without bidi embeddings, overrides and isolates.

    Works character by character: cleaned pieces of a stream make the cleaned whole.
    """
    return text if text.isascii() else _BIDI.sub("", text)


def check_encodable(body: str) -> bytes:
    """UTF-8 of a text. Refuses NUL and lone surrogates, which databases and JSON cannot keep."""
    try:
        encoded = body.encode()
    except UnicodeEncodeError:
        raise Refusal(
            ErrorCode.INVALID, "This message contains broken characters. Remove them and resend."
        ) from None
    if b"\0" in encoded:
        raise Refusal(ErrorCode.INVALID, "This message contains a NUL character. Remove it.")
    return encoded


def check_body(raw: str, limit: int) -> str:
    """A message's text, at most ``limit`` bytes of UTF-8, without bidi controls."""
    body = strip_controls(raw)
    size = len(check_encodable(body))
    if size > limit:
        raise Refusal(
            ErrorCode.TOO_LARGE,
            f"This message has {size} bytes; {limit} are allowed. "
            "Shorten it, or put it into a file and attach that.",
        )
    stripped = body.strip()
    if not stripped or all(c.isspace() or _invisible(c) for c in stripped):
        raise Refusal(ErrorCode.INVALID, "This message is empty. Write something first.")
    return body


def _drawn(char: str) -> bool:
    if char.isascii():
        return False
    category = unicodedata.category(char)
    # younger emoji are unassigned for an older Unicode database
    young = category == "Cn" and 0x1F000 <= ord(char) <= 0x1FBFF
    return young or category in {"So", "Sk", "Sm"} or char in _EMOJI_PUNCTUATION


def check_emoji(raw: str) -> str:
    """One reaction: symbols with their joiners and modifiers, no words, no spaces."""
    for char in raw:
        kept = _drawn(char) or ord(char) in _KEPT_IN_EMOJI or char in "#*0123456789\ufe0e\ufe0f"
        if not kept:
            break
    else:
        if len(raw) <= MAX_EMOJI and any(map(_drawn, raw)):
            return raw
    raise Refusal(ErrorCode.INVALID, "A reaction is one emoji. Choose one from the list.")
