"""Where a path really leads, with real links."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyter_collab_agents.documents.paths import path_guard
from jupyter_collab_agents.domain.errors import Refusal


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "inner").mkdir(parents=True)
    (root / "inner" / "a.txt").write_text("a")
    (tmp_path / "root-twin").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    os.symlink(root / "inner", root / "inside")
    os.symlink(tmp_path, root / "out")
    os.symlink("../secret.txt", root / "relative-out")
    os.symlink(tmp_path / "root-twin", root / "twin")
    os.symlink(tmp_path / "not-there-yet", root / "dangling-out")
    os.symlink("loop", root / "loop")
    os.symlink("inner/../../secret.txt", root / "winding")
    return root


@pytest.mark.parametrize(
    "path", ["inner/a.txt", "inside/a.txt", "inner", "not-there-yet.ipynb", "a b/ü.txt"]
)
async def test_what_stays_inside_passes(root: Path, path: str) -> None:
    """CH6."""
    await path_guard(SimpleNamespace(root_dir=str(root)))(path)


@pytest.mark.parametrize(
    "path",
    [
        "out/secret.txt",
        "out",
        "relative-out",
        "twin/x",
        "dangling-out",
        "winding",
        "inside/../../secret.txt",
        "../root-twin/x",
    ],
)
async def test_what_leads_out_is_refused(root: Path, path: str) -> None:
    """CH6."""
    with pytest.raises(Refusal) as refused:
        await path_guard(SimpleNamespace(root_dir=str(root)))(path)
    assert refused.value.code == "forbidden"


async def test_a_link_to_itself_leads_nowhere(root: Path) -> None:
    """CH6."""
    await path_guard(SimpleNamespace(root_dir=str(root)))("loop/x")


async def test_a_root_that_is_a_link_itself_is_fine(root: Path, tmp_path: Path) -> None:
    """CH6."""
    os.symlink(root, tmp_path / "linked-root")
    guard = path_guard(SimpleNamespace(root_dir=str(tmp_path / "linked-root")))
    await guard("inner/a.txt")
    with pytest.raises(Refusal):
        await guard("out/secret.txt")


async def test_everything_is_inside_of_the_root_of_the_disk() -> None:
    await path_guard(SimpleNamespace(root_dir="/"))("etc/hosts")


async def test_without_a_folder_only_the_form_counts() -> None:
    """CH6."""
    guard = path_guard(SimpleNamespace())
    await guard("bucket/a.ipynb")
    with pytest.raises(Refusal):
        await guard("../a.ipynb")
