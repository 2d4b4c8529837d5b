"""This work tree, and commands run in it. (No package: its name is that of a library.)"""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FRONT_END = ROOT / "jupyter_collab_agents" / "labextension" / "static" / "style.js"


def run(*command: str | Path, **more: str) -> str:
    """What a command says; it must succeed. ``more`` goes into its environment."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **more},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
