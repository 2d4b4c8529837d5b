"""Names of rooms: which ones a socket may ask for."""

import re

from msgspec import Struct

EVERYBODY = "JupyterLab:globalAwareness"
"""The room in which pages tell who is there; it has no document."""

_DOCUMENT = re.compile(r"(json|text|base64):([\w.+-]{1,100}):([\w-]{1,100})")


class DocumentName(Struct, frozen=True):
    """A file, and how it is opened."""

    format: str
    kind: str
    document_id: str

    @property
    def room(self) -> str:
        """The room's name."""
        return f"{self.format}:{self.kind}:{self.document_id}"


def document_name(room: str) -> DocumentName | None:
    """What the name of a document's room says; null for all other names."""
    found = _DOCUMENT.fullmatch(room)
    return DocumentName(*found.groups()) if found else None


def spoken_kind(name: DocumentName) -> str:
    """How a file is open, for people."""
    if name.kind == "notebook":
        return "a notebook"
    return "text" if name.kind == "file" else f"“{name.kind}”"
