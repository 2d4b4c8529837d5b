import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_server.process import free_port
from work_tree import ROOT, run

LAB_EXTENSION = "share/jupyter/labextensions/jupyter-collab-agents"
SERVER_CONFIG = "etc/jupyter/jupyter_server_config.d/jupyter_collab_agents.json"
TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """Of the files in the wheel; ``data/`` are those that go into the environment's prefix."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            "data/" + name.partition(".data/data/")[2] if ".data/data/" in name else name
            for name in archive.namelist()
        }


def test_all_of_the_package_is_in_the_wheel(names: set[str]) -> None:
    package = ROOT / "jupyter_collab_agents"
    sources = {
        str(path.relative_to(ROOT))
        for path in package.rglob("*")
        if path.is_file() and not {"labextension", "__pycache__"} & set(path.parts)
    }
    assert any("/migrations/versions/" in name for name in sources)
    assert {name for name in sources if "/demo/files/" in name} > {
        "jupyter_collab_agents/demo/files/sales.csv"
    }
    assert sources - names == set()


def test_what_jupyter_looks_for_is_in_the_wheel(names: set[str]) -> None:
    assert f"data/{SERVER_CONFIG}" in names
    assert f"data/{LAB_EXTENSION}/install.json" in names
    assert f"data/{LAB_EXTENSION}/schemas/jupyter-collab-agents/plugin.json" in names
    static = [name for name in names if name.startswith(f"data/{LAB_EXTENSION}/static/")]
    assert any("remoteEntry" in name for name in static)


def test_the_panel_that_is_announced_is_there(wheel: Path, names: set[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (n for n in archive.namelist() if n.endswith(f"{LAB_EXTENSION}/package.json"))
        announced = json.loads(archive.read(path))
    assert announced["name"] == "jupyter-collab-agents"
    assert f"data/{LAB_EXTENSION}/{announced['jupyterlab']['_build']['load']}" in names


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"jupyter_collab_agents", "data"}
    assert not [name for name in names if "/labextension/" in name or "__pycache__" in name]
    assert not [name for name in names if "/tests/" in name or "/__tests__/" in name]


def test_the_wheel_asks_for_what_it_imports(wheel: Path) -> None:
    """What is only for tests and the demo is an extra."""
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        lines = archive.read(path).decode().splitlines()
    needed = {
        line.removeprefix("Requires-Dist: ").split("<")[0].split(">")[0].replace("-", "_").lower()
        for line in lines
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    }
    assert needed == {
        "alembic",
        "filelock",
        "jupyter_collaboration",
        "jupyter_server",
        "jupyter_server_ydoc",
        "jupyter_ydoc",
        "msgspec",
        "prometheus_client",
        "psutil",
        "pycrdt",
        "websockets",
    }


def test_the_installed_wheel_is_found_by_python_and_brings_its_migrations(
    plain_python: Path,
) -> None:
    said = run(
        plain_python,
        "-P",
        "-c",
        "import jupyter_collab_agents as j, jupyter_collab_agents.storage.migrations as m;"
        "import pathlib; f = pathlib.Path(list(m.__path__)[0]);"
        "print(j.__file__, *sorted(p.name for p in (f / 'versions').glob('*.py')))",
    )
    where, *versions = said.split()
    assert Path(where).is_relative_to(plain_python.parents[1])
    assert versions


@pytest.fixture
def plain_lab(plain_python: Path, tmp_path: Path) -> Iterator[int]:
    """JupyterLab with nothing configured but a token and folders of its own: its port."""
    for name in ("root", "config", "data", "runtime"):
        (tmp_path / name).mkdir()
    port = free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER_", "JPY_"))}
    lab = subprocess.Popen(
        [
            *(str(plain_python), "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
            *(f"--ServerApp.root_dir={tmp_path / 'root'}", f"--IdentityProvider.token={TOKEN}"),
        ],
        env={
            **inherited,
            "HOME": str(tmp_path),
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
            # JupyterLab's own pages, which are borrowed too
            "JUPYTERLAB_DIR": str(Path(sys.prefix) / "share" / "jupyter" / "lab"),
        },
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert lab.stdout is not None
    try:
        said: list[str] = []
        for line in lab.stdout:
            said.append(line)
            if "collaboration is ready" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield port
    finally:
        lab.kill()
        lab.stdout.close()
        lab.wait()


def ask(port: int, path: str) -> str:
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        text: str = answer.read().decode()
        return text


def test_a_plain_jupyterlab_has_the_panel_and_the_server_extension(
    plain_python: Path, plain_lab: int
) -> None:
    """Nothing is switched on by hand: what the wheel brings is enough."""
    health = json.loads(ask(plain_lab, "/api/collab-agents/health"))
    assert (health["ready"], health["database"]) == (True, "ok")
    static = plain_python.parents[1] / LAB_EXTENSION / "static"
    (entry,) = static.glob("remoteEntry.*.js")
    assert f'"load": "static/{entry.name}"' in ask(plain_lab, "/lab")
    served = ask(plain_lab, f"/lab/extensions/jupyter-collab-agents/static/{entry.name}")
    assert served == entry.read_text()
