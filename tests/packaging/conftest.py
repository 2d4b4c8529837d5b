"""The wheel, built from this work tree, and a Python that has nothing of us but the wheel."""

import site
import sys
import venv
from pathlib import Path

import pytest
from work_tree import FRONT_END, run


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the project's own build backend, with the front end that ``make`` built before."""
    assert FRONT_END.exists(), "Build the front end first: make test does, or jlpm build."
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder),
        # never a build of the front end in the middle of the tests
        HATCH_JUPYTER_BUILDER_SKIP_NPM="1",
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def plain_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the wheel in it: the path of its Python.

    What the wheel needs is borrowed from this environment. A borrowed folder's own ``.pth``
    files are not read, so the editable install of this work tree is not seen.
    """
    folder = tmp_path_factory.mktemp("plain")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel)
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()))
    return python
