"""The first process of a room: mounts its root, goes in, and holds it until its input ends.

Started by `room.py` in namespaces of its own (mounts, processes, names, and mostly the network), so
whatever is mounted or started in here ends with this process, however it ends.
"""

import fcntl
import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

_DEVICES = {
    "null": (1, 3),
    "zero": (1, 5),
    "full": (1, 7),
    "random": (1, 8),
    "urandom": (1, 9),
    "tty": (5, 0),
}
_LINKS = {
    "ptmx": "pts/ptmx",
    "fd": "/proc/self/fd",
    "stdin": "fd/0",
    "stdout": "fd/1",
    "stderr": "fd/2",
}
_WRITABLE = ("home", "tmp", "var/tmp", "run")
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def main(plan: dict[str, Any]) -> None:
    """Furnishes the root that the plan describes; `room.py` writes plans."""
    root = Path(plan["root"])
    # Asked of the outer /proc, this is the number by which the others know this process.
    number = Path("/proc/self").readlink()
    layers = ":".join(plan["lower"])
    options = f"lowerdir={layers},upperdir={plan['upper']},workdir={plan['work']}"
    mount("-t", "overlay", "overlay", "-o", options, str(root))
    make_devices(root / "dev")
    mount("-t", "proc", "-o", "nosuid,nodev,noexec,hidepid=0", "proc", str(root / "proc"))
    for place, mode in (("tmp", "1777"), ("run", "755")):
        mount("-t", "tmpfs", "-o", f"mode={mode},nosuid,nodev", "tmpfs", str(root / place))
    for source, place in plan["binds"]:
        bind(Path(source), root / place.lstrip("/"))
    if plan["read_only"]:
        for place in _WRITABLE:
            if not os.path.ismount(root / place):
                bind(root / place, root / place)
        mount("-o", "remount,bind,ro", str(root))
    socket.sethostname("studio")
    if plan["alone"]:
        bring_up("lo")
    os.chroot(root)
    os.chdir("/")
    # Whoever loses its parent in here becomes a child of this process; nobody asks how it ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
    sys.stdin.read()


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def bind(source: Path, place: Path) -> None:
    if source.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    mount("--bind", str(source), str(place))


def make_devices(folder: Path) -> None:
    """The few devices that every Linux program may count on."""
    mount("-t", "tmpfs", "-o", "mode=755,nosuid", "tmpfs", str(folder))
    for name, (major, minor) in _DEVICES.items():
        os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(major, minor))
        (folder / name).chmod(0o666)
    for name, target in _LINKS.items():
        (folder / name).symlink_to(target)
    for name, kind, options in (("shm", "tmpfs", "mode=1777"), ("pts", "devpts", "ptmxmode=666")):
        (folder / name).mkdir()
        mount("-t", kind, "-o", f"{options},nosuid", kind, str(folder / name))


def bring_up(interface: str) -> None:
    """Demo Studio listens on 127.0.0.1, which a fresh network namespace has switched off."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        request = struct.pack("16sh14x", interface.encode(), 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(asking, _GET_FLAGS, request))[1]
        fcntl.ioctl(asking, _SET_FLAGS, struct.pack("16sh14x", interface.encode(), flags | _UP))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
