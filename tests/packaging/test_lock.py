"""pip is given what the lock says for this system, each file with its hash."""

import itertools
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

import lock

ROOT = Path(__file__).parents[2]
LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
LINE = re.compile(r"([a-z0-9-]+)==(\S+)((?: --hash=sha256:[0-9a-f]{64})+)")

ENVIRONMENTS = [
    {
        **lock.this_environment(),
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
        "platform_python_implementation": implementation,
        "implementation_name": implementation.lower(),
    }
    for python, system, implementation in itertools.product(
        ("3.11.0", "3.11.3", "3.12.9", "3.13.5", "3.14.0", "3.15.1"),
        ("linux", "darwin", "win32"),
        ("CPython", "PyPy"),
    )
]


def markers() -> list[str]:
    """Every condition that the lock holds."""
    return sorted(set(re.findall(r'marker = "([^"]+)"', (ROOT / "uv.lock").read_text("utf-8"))))


@pytest.mark.parametrize(
    "marker",
    [
        *markers(),
        "python_full_version == '3.14.*' and sys_platform == 'win32'",
        "python_version >= '3.12' and (os_name == 'nt' or sys_platform == 'darwin')",
    ],
)
def test_conditions_are_judged_as_installers_do(marker: str) -> None:
    expected = [Marker(marker).evaluate({**one}) for one in ENVIRONMENTS]
    assert [lock.holds(marker, one) for one in ENVIRONMENTS] == expected


@pytest.mark.parametrize("marker", ["extra == 'gui'", "'win' in sys_platform", "sys_platform =="])
def test_an_unknown_condition_is_no_guess(marker: str) -> None:
    with pytest.raises(lock.UnknownMarker):
        lock.holds(marker)


def test_every_requirement_is_exact_and_has_hashes() -> None:
    lines = lock.requirements(LOCK, ["build", "dev"])
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def test_what_is_needed_here_is_listed() -> None:
    listed = {line.split("==")[0] for line in lock.requirements(LOCK)}
    assert {"av", "h11", "httpx", "numpy", "pyside6-addons", "shiboken6"} <= listed
    assert "pytest" not in listed
    assert "pytest" in {line.split("==")[0] for line in lock.requirements(LOCK, ["dev"])}
    installed = {canonicalize_name(one.name) for one in distributions()}
    assert listed <= installed


def test_extras_bring_what_they_need() -> None:
    files = {"sdist": {"hash": "sha256:" + "0" * 64}}
    made = {
        "package": [
            {
                "name": lock.PROJECT,
                "dependencies": [
                    {"name": "client", "extra": ["socks"]},
                    {"name": "codec", "version": "1", "marker": "python_version < '3'"},
                    {"name": "codec", "version": "2", "marker": "python_version >= '3'"},
                    {"name": "registry", "marker": "sys_platform == 'none'"},
                ],
            },
            {
                "name": "client",
                "version": "1",
                "dependencies": [{"name": "client", "extra": ["socks"]}],
                "optional-dependencies": {"socks": [{"name": "socks"}]},
                **files,
            },
            {"name": "codec", "version": "1", **files},
            {"name": "codec", "version": "2", **files},
            {"name": "registry", "version": "1", **files},
            {"name": "socks", "version": "1", **files},
        ]
    }
    listed = [line.split(" ")[0] for line in lock.requirements(made)]
    assert listed == ["client==1", "codec==2", "socks==1"]
