"""What is loaded is left out of garbage collections."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("enabled", [True, False])
def test_loading_the_extension_spares_its_modules_and_leaves_the_collector_as_it_was(
    enabled: bool,
) -> None:
    program = f"""
import gc
import jupyter_collab_agents
if not {enabled}:
    gc.disable()
frozen = gc.get_freeze_count()
jupyter_collab_agents._jupyter_server_extension_points()
print(gc.isenabled(), gc.get_freeze_count() - frozen > 10_000)
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == [str(enabled), "True"]
