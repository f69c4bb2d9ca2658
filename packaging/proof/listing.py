"""Listings of a whole root, and which differences between two of them are to be expected."""

import re
from dataclasses import dataclass, field

from proof.room import Room

Listing = dict[str, str]
"""Each path, and what it is: kind, rights, owner, and the sum of a file or the target of a link."""

_LIST = r"""
cd / && find "$1" -xdev \( -path /proc -o -path /dev -o -path /tmp -o -path /run \
    -o -path /mnt -o -path /var/cache/apt/archives \) -prune -o -printf '%y %m %u:%g %l\t%p\n'
"""
_SUM = r"""
cd / && find "$1" -xdev \( -path /proc -o -path /dev -o -path /tmp -o -path /run \
    -o -path /mnt -o -path /var/cache/apt/archives \) -prune -o -type f -exec sha256sum {} +
"""

EXPLAINED = {
    r"/var/lib/dpkg/(status|status-old|available|available-old|diversions.*|statoverride.*)":
        "dpkg's own records",
    r"/var/lib/dpkg/(lock|lock-frontend|triggers/.*|alternatives/.*|info/.*)": "dpkg's own records",
    r"/var/lib/dpkg/(updates|info|triggers|alternatives)": "dpkg's own records",
    r"/var/lib/apt/(extended_states|lists/.*|lists|periodic/.*|mirrors.*|listchanges.*)":
        "apt's own records",
    r"/var/log/(dpkg\.log|alternatives\.log|apt/.*|apt)": "logs of apt and dpkg",
    r"/var/cache/(apt|debconf|ldconfig|man)(/.*)?": "caches of apt, debconf and the linker",
    r"/etc/ld\.so\.cache": "the linker's cache, written anew",
    r"/var/cache/fontconfig(/.*)?": "fontconfig's cache, written by its own package",
    r"/etc/resolv\.conf": "the proof's own network",
    r"/mnt(/.*)?": "where the proof shows the package",
    r"/root(/.*)?": "the proof's own shell",
    r"/home(/.*)?": "people's own files, compared apart",
}  # fmt: skip


@dataclass
class Differences:
    """Attributes:
    explained: Paths that are expected to differ, and why.
    unexplained: All others, with what became of them.
    """

    explained: dict[str, str] = field(default_factory=dict)
    unexplained: list[str] = field(default_factory=list)


def listed(room: Room, below: str = "/") -> Listing:
    """Everything below a folder of a room, but what is mounted there."""
    found = {}
    for line in room.run(None, "sh", "-c", _LIST, "list", below).splitlines():
        what, _, path = line.partition("\t")
        found[path] = what
    for line in room.run(None, "sh", "-c", _SUM, "sum", below).splitlines():
        digest, _, path = line.partition("  ")
        found[path.removeprefix("\\")] += f" {digest.removeprefix(chr(92))}"
    return found


def differences(before: Listing, after: Listing) -> Differences:
    """What was added, taken away or changed, and why if that is known."""
    found = Differences()
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        reason = explanation(path)
        if reason:
            found.explained[path] = reason
        elif path not in before:
            found.unexplained.append(f"{path} was added ({after[path]})")
        elif path not in after:
            found.unexplained.append(f"{path} was taken away")
        else:
            found.unexplained.append(f"{path} was {before[path]} and is {after[path]}")
    return found


def explanation(path: str) -> str:
    """Why a path may differ after a removal; empty if it may not."""
    return next((why for part, why in EXPLAINED.items() if re.fullmatch(part, path)), "")
