"""The protocol's mirrors have all that is said."""

import json
import pkgutil
from importlib import import_module
from pathlib import Path

from jupyter_collab_agents import protocol
from jupyter_collab_agents.protocol.base import Wire

SCHEMA = Path(__file__).parents[2] / "docs" / "protocol.schema.json"


def test_every_value_of_the_wire_is_in_the_schema():
    modules = [
        import_module(f"{protocol.__name__}.{m.name}")
        for m in pkgutil.iter_modules(protocol.__path__)
    ]
    said = {
        value.__name__
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Wire)
        and value.__module__ == module.__name__
    }
    written = set(json.loads(SCHEMA.read_text("utf-8"))["$defs"])
    assert said - written == {"Wire"}, "see UNIONS and rest_bodies in scripts/generate_protocol.py"
