"""Whether a change concerns what somebody must leave as it is."""

from ..domain.edits import touched
from .live_content import Steps
from .protection import Protected


def touches(steps: Steps, protected: Protected) -> bool:
    """Whether steps change what is protected."""
    return bool(steps) and (protected.everything or bool(touched(steps) & protected.cells))
