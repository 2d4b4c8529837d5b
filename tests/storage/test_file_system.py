"""Which file systems are refused."""

from typing import NamedTuple

import psutil
import pytest

from jupyter_collab_agents.storage.file_system import file_system_of, is_network


class Mount(NamedTuple):
    mountpoint: str
    fstype: str
    opts: str = "rw"


@pytest.fixture
def mounts(monkeypatch):
    """The system's table of mounts, which a test cannot change for real."""

    def mount(*table):
        monkeypatch.setattr(psutil, "disk_partitions", lambda all: [Mount(*row) for row in table])

    return mount


def test_the_longest_mount_point_counts(mounts):
    mounts(("/", "ext4"), ("/home", "nfs4"), ("/home/ann/fast", "xfs"), ("/homes", "zfs"))
    assert file_system_of("/home/ann/file") == "nfs4"
    assert file_system_of("/home") == "nfs4"
    assert file_system_of("/home/ann/fast/deep/er") == "xfs"
    assert file_system_of("/homestead") == "ext4"
    assert file_system_of("/homes/bob") == "zfs"


def test_the_last_of_two_mounts_at_one_place_counts(mounts):
    mounts(("/", "rootfs"), ("/", "overlay"))
    assert file_system_of("/anywhere") == "overlay"


def test_a_network_drive_is_remote(mounts):
    mounts(("/", "NTFS", "rw,remote"))
    assert is_network(file_system_of("/anywhere"))


def test_an_unknown_place_is_not_refused(mounts):
    mounts()
    assert file_system_of("/anywhere") == ""
    assert not is_network("")


def test_this_machine_tells_its_file_system(tmp_path):
    assert file_system_of(str(tmp_path / "not" / "there"))


@pytest.mark.parametrize(
    "kind",
    [
        "nfs4",
        "cifs",
        "smb3",
        "SMBFS",
        "afs",
        "lustre",
        "fuse.glusterfs",
        "ceph",
        "9p",
        "fuse.sshfs",
    ],
)
def test_network_file_systems(kind):
    assert is_network(kind)


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "apfs", "NTFS", "tmpfs", "overlay", "fuseblk"]
)
def test_local_file_systems(kind):
    assert not is_network(kind)
