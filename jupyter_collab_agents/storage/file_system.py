"""Which file system a path is on: a database must not live where locks are not to be trusted."""

import os

import psutil

_NETWORK = {
    "9p",
    "acfs",
    "afpfs",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fhgfs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs3",
    "nfs4",
    "ocfs2",
    "orangefs",
    "panfs",
    "remote",
    "smb",
    "smb2",
    "smb3",
    "smbfs",
    "sshfs",
    "webdav",
}
_NETWORK_FUSE = {"blobfuse", "gcsfuse", "juicefs", "rclone", "s3fs", "goofys"} | _NETWORK


def file_system_of(path: str) -> str:
    """The type of the file system that has ``path``, such as ``ext4``; ``remote`` on Windows.

    ``path`` need not exist. Empty where the system does not tell.
    """
    path = os.path.realpath(path)
    best, kind = "", ""
    for mount in psutil.disk_partitions(all=True):
        folder = os.path.normcase(mount.mountpoint).rstrip(os.sep) + os.sep
        if os.path.normcase(path + os.sep).startswith(folder) and len(folder) >= len(best):
            remote = "remote" in mount.opts.split(",")  # how Windows marks a network drive
            best, kind = folder, "remote" if remote else mount.fstype
    return kind


def is_network(kind: str) -> bool:
    """Is this type one that several machines share?"""
    kind = kind.lower()
    if kind.startswith("fuse."):
        return kind.removeprefix("fuse.") in _NETWORK_FUSE
    return kind in _NETWORK
