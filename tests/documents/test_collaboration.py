"""How documents are shared: every row of the matrix, and what we rely on in the provider."""

import os
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from jupyter_server_ydoc.app import YDocExtension
from pycrdt import Doc
from running_server.http import Person
from running_server.process import TESTS, RunningServer, ServerFactory

from jupyter_collab_agents.documents import installation
from jupyter_collab_agents.documents.collaboration import Collaboration, transaction_is_open
from jupyter_collab_agents.documents.installation import (
    SUPPORTED,
    fault_of_installation,
    missing_attributes,
)
from jupyter_collab_agents.protocol.rest import SharingMode

SHARED = ("jupyter_server_ydoc", "jupyter_server_fileid")


async def told(server: RunningServer) -> tuple[str, str | None]:
    """What the panel asks."""
    health = (await Person(server, "ann").get("health")).json
    return health["collaboration"], health["collaboration_reason"]


async def test_live(running_servers: ServerFactory) -> None:
    """GA1."""
    assert await told(running_servers(extensions=SHARED)) == ("live", None)


async def test_off_because_it_is_not_there(running_servers: ServerFactory) -> None:
    """GA1."""
    assert await told(running_servers()) == (
        "off",
        "Live collaboration is not installed or not enabled.",
    )


async def test_off_because_it_was_switched_off(running_servers: ServerFactory) -> None:
    """GA1."""
    server = running_servers(extensions=SHARED, traits={"YDocExtension": {"disable_rtc": True}})
    assert await told(server) == ("off", "Live collaboration is switched off (disable_rtc).")


async def test_another_provider(running_servers: ServerFactory) -> None:
    """GA1."""
    server = running_servers(extensions=("documents.other_provider",))
    mode, reason = await told(server)
    assert mode == "unknown-provider"
    assert reason == "Documents are shared by documents, not by jupyter_server_ydoc."


@pytest.mark.parametrize("package", SUPPORTED)
async def test_a_version_that_nobody_has_tried(
    running_servers: ServerFactory, tmp_path: Path, package: str
) -> None:
    """GA1: the server works on, and the gate keeps its hands off."""
    pretended = tmp_path / f"{package}-99.1.dist-info"
    pretended.mkdir()
    (pretended / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 99.1\n")
    entry_points = distribution(package).read_text("entry_points.txt")
    (pretended / "entry_points.txt").write_text(entry_points or "")
    server = running_servers(
        extensions=SHARED, environment={"PYTHONPATH": f"{tmp_path}{os.pathsep}{TESTS}"}
    )
    mode, reason = await told(server)
    assert mode == "unsupported-version"
    lowest, first_unknown = SUPPORTED[package]
    assert reason == (
        f"{package} 99.1 is installed; this version works with "
        f"{lowest} up to, not including, {first_unknown}."
    )


# --- what we rely on ----------------------------------------------------------------------------


def test_the_installed_packages_are_as_we_know_them() -> None:
    assert fault_of_installation() is None


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(YDocExtension, "get_document")
    assert missing_attributes() == ["get_document"]
    assert fault_of_installation() == (
        "jupyter_server_ydoc is not as expected: get_document is missing."
    )


def test_positions_that_count_characters_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_collab_agents.documents.text.counts_bytes", lambda _: False)
    assert fault_of_installation() == "pycrdt counts positions in another way than expected."


@pytest.mark.parametrize(
    ("installed", "fits"),
    [
        ("3.0.3", False),
        ("3.0.4", True),
        ("3.0.4.post1", True),
        ("3.0.99", True),
        ("3.1.0a1", False),
        ("3.1", False),
        ("4.0", False),
        ("unknown", False),
    ],
)
def test_the_range_of_versions(monkeypatch: pytest.MonkeyPatch, installed: str, fits: bool) -> None:
    real = installation.version
    monkeypatch.setattr(
        installation,
        "version",
        lambda name: installed if name == "jupyter_server_ydoc" else real(name),
    )
    assert (fault_of_installation() is None) == fits


def test_a_provider_that_loads_later_is_found() -> None:
    settings: dict[str, Any] = {}
    found = Collaboration(settings)
    assert found.standing.mode is SharingMode.OFF
    assert found.extension is None
    settings["jupyter_server_ydoc"] = YDocExtension()
    assert found.standing.mode is SharingMode.LIVE
    assert found.extension is settings["jupyter_server_ydoc"]


def test_switched_off_it_is_still_ours_to_guard() -> None:
    provider = YDocExtension(disable_rtc=True)
    found = Collaboration({"jupyter_server_ydoc": provider})
    assert found.standing.mode is SharingMode.OFF
    assert found.extension is provider


def test_an_open_transaction_shows() -> None:
    class Room:
        ydoc: Doc = Doc()

    assert not transaction_is_open(Room)
    with Room.ydoc.transaction():
        assert transaction_is_open(Room)
    assert not transaction_is_open(Room)
