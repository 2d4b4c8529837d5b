"""What a module of changes offers."""

from collections.abc import Callable, Mapping
from typing import Any

from ...protocol.base import Durable

Change = Callable[[Any, Any], dict[str, Any]]
"""From a state and an event to the fields of the state that are others after it."""

Changes = Mapping[type[Durable], Change]
