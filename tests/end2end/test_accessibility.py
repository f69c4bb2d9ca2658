"""Everything of the main job can be found by name, reached by Tab, and done without seeing it."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program

ROOT = Path(__file__).parents[2]
LIMIT_S = 600.0
SYSTEM_PYTHON = "/usr/bin/python3"

ROLES = {
    "Sound": "EditableText", "Lyrics": "EditableText", "Title": "EditableText", "Model": "ComboBox",
    "Lyrics strength": "Slider", "Sound strength": "Slider", "Weirdness": "Slider",
    "Seed": "EditableText", "Instrumental": "CheckBox", "Takes": "ComboBox", "Generate": "Button",
    "Search library": "EditableText", "Library": "Table", "Play": "Button", "Previous": "Button",
    "Next": "Button", "Position": "Slider", "Volume": "Slider", "Account": "Button",
    "Settings": "Button", "Create": "RadioButton", "Extend": "RadioButton", "Cover": "RadioButton",
    "Replace": "RadioButton", "Variation": "RadioButton", "Swap vocals": "RadioButton",
    "Swap sound": "RadioButton", "More": "Button", "Inspector": "Client",
}  # fmt: skip
"""The words of the design and what they are; Export and Open the demo have their own moment."""

READING_ORDER = [
    "Search library", "Account", "Settings", "Create", "More", "Sound", "Lyrics", "Title", "Model",
    "Lyrics strength", "Sound strength", "Weirdness", "Seed", "Instrumental", "Takes", "Generate",
    "Library", "Volume",
]  # fmt: skip


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The real window as Qt hands it to screen readers; needs no bus and no display."""
    program = Program(tmp_path_factory.mktemp("home"), accounts=())
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.accessible_window"],
        env=program.environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


@pytest.mark.parametrize("name", ROLES)
def test_every_control_has_exactly_its_name_and_a_fitting_role(
    walked: dict[str, Any], name: str
) -> None:
    roles = [thing["role"] for thing in walked["empty"] if thing["name"] == name]
    assert ROLES[name] in roles


def test_the_first_page_offers_the_demo_by_name(walked: dict[str, Any]) -> None:
    (demo,) = [thing for thing in walked["welcome"] if thing["name"] == "Open the demo"]
    assert demo["role"] == "Button"
    assert not demo["disabled"]


@pytest.mark.parametrize("moment", ["welcome", "empty"])
def test_nothing_that_takes_the_keyboard_is_without_a_name_or_like_another(
    walked: dict[str, Any], moment: str
) -> None:
    controls = [thing for thing in walked[moment] if thing["focusable"]]
    assert len(controls) > 30
    assert not [thing for thing in controls if not thing["name"].strip()]
    names = Counter(thing["name"] for thing in controls)
    assert not [name for name, count in names.items() if count > 1]


def test_the_empty_library_says_what_to_do(walked: dict[str, Any]) -> None:
    (library,) = [thing for thing in walked["empty"] if thing["name"] == "Library"]
    assert library["description"].startswith("No clips yet.")


def test_tab_visits_everything_in_reading_order(walked: dict[str, Any]) -> None:
    visited = [name for name, _, _ in walked["tabs"]]
    assert [name for name in visited if name in READING_ORDER] == READING_ORDER
    first_page = [name for name, _, _ in walked["welcome tabs"]]
    assert first_page.index("Connect") < first_page.index("Open the demo")
    assert first_page.index("Open the demo") < first_page.index("Volume")


def test_sliders_take_a_value_from_a_screen_reader(walked: dict[str, Any]) -> None:
    assert {"Lyrics strength", "Sound strength", "Weirdness", "Volume"} <= walked["sliders"].keys()
    for name, (wanted, taken) in walked["sliders"].items():
        assert taken == wanted, name


def test_the_main_job_on_the_accessibility_bus(tmp_path: Path) -> None:
    _need_bus()
    home = tmp_path / "user"
    home.mkdir()
    program = Program(tmp_path / "home", accounts=())
    environ = {
        **program.environ,
        "HOME": str(home),
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "STUDIO": f"{sys.executable} -m producer_studio",
        "READER": f"{SYSTEM_PYTHON} -W ignore {ROOT}/tests/support/screen_reader.py {home}",
    }
    del environ["DBUS_SESSION_BUS_ADDRESS"]
    script = "$STUDIO & window=$!; $READER; kill $window; wait $window"
    ended = subprocess.run(
        ["dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", "bash", "-c",
         script],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )  # fmt: skip
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    assert lines, ended.stderr
    told = json.loads(lines[-1])
    assert "lost" not in told, told["lost"]
    assert told["steps"] == [
        "demo", "written", "generated", "played", "looked into popups", "grouped", "searched",
        "exported",
    ]  # fmt: skip
    assert told["popups"] == ["Accounts", "Go to a list", "Queue"]
    assert told["empty library"].startswith("No clips yet.")
    assert told["nothing found"].startswith("Nothing found.")
    assert told["row"].startswith("Harbour, ")
    assert told["group"] == [
        "Pair, 2 takes", "Pair, 2 takes",
        "Pair, 2 takes. Rate a take, make it a favourite, or select the one to keep",
    ]  # fmt: skip
    missing = [name for name, roles in told["roles"].items() if not roles]
    assert not missing
    assert "Harbour is in the library" in told["heard"]
    assert ended.returncode == 0, ended.stderr


def _need_bus() -> None:
    for tool in ("dbus-run-session", "xvfb-run", "Xvfb", "bash"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed, so there is no accessibility bus to try.")
    if not os.access(SYSTEM_PYTHON, os.X_OK):
        pytest.skip("The system has no Python of its own that could speak to AT-SPI.")
    asked = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    answer = subprocess.run([SYSTEM_PYTHON, "-c", asked], capture_output=True, check=False)
    if answer.returncode != 0:
        pytest.skip("The bindings of AT-SPI are not installed for the system's Python.")
