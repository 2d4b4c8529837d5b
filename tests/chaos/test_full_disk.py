"""The disk is full: nothing is acknowledged, health says so, and it goes on when there is room."""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_server.process import RunningServer, ServerFactory

from .conftest import FAST, Scene, check_log


class LimitedFiles:
    """Files of the server's process can have no more bytes than they have now."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server

    def fill(self) -> None:
        sizes = [path.stat().st_size for path in self._server.database.parent.iterdir()]
        self._limit(max(sizes) + 4096)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        _, hard = resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (size, hard))


class SmallDisk:
    """A file system of its own, filled by a ballast file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 65536):
                    pass
            except OSError:
                return

    def free(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def through_a_full_disk(scene: Scene, disk: LimitedFiles | SmallDisk) -> None:
    ann, ben = scene.browser("ann", "ann-1"), scene.browser("ben", "ben-1")
    for browser in (ann, ben):
        await browser.type(50)
        await browser.until_all_acknowledged()
    before = await scene.log()
    disk.fill()
    for browser in (ann, ben):
        await browser.type(200, more=" " + "x" * 4000)
    for browser in (ann, ben):
        await browser.until(lambda b: 4002 in b.closings)
    health = await scene.health(503)
    assert health.json["problem"], health
    assert (await scene.people["ann"].get(f"sessions/{scene.session_id}/messages")).status == 200
    refused = await scene.people["ann"].post(
        f"sessions/{scene.session_id}/messages", {"body": "is there any room left?" + "x" * 60_000}
    )
    assert (refused.status, refused.problem) == (503, "busy"), refused
    disk.free()
    stored = await scene.judge()
    assert stored[: len(before)] == before
    health = await scene.health(200)
    assert health.json["problem"] is None


async def test_when_files_cannot_grow_nothing_is_lost(scene: Scene) -> None:
    """I1 to I5. LO1, LO5."""
    await through_a_full_disk(scene, LimitedFiles(scene.server))


async def test_when_the_disk_is_full_nothing_is_lost(
    running_server: ServerFactory, small_disk: SmallDisk
) -> None:
    """I1 to I5. LO1, LO5."""
    url = f"sqlite://{small_disk.folder / 'store.sqlite'}"
    scene = Scene(running_server(traits={"CollabAgents": {**FAST, "database_url": url}}))
    await scene.open()
    await through_a_full_disk(scene, small_disk)
    await scene.end()
    scene.server.terminate()
    check_log(scene.server)
