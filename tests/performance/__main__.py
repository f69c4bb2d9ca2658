"""`python3 -m tests.performance [PART …]`: figures, as plain tables. Asserts nothing.

Compare ratios within one run: other programs on the machine move the milliseconds.
"""

import argparse
import importlib
import importlib.util
import os
import platform
import sys
from pathlib import Path

PARTS = (
    "start", "memory", "memory_growth", "synthesiser", "exporting", "playable", "stalls", "keys",
    "scale", "search", "similar", "groups", "history", "theme", "budget", "engine", "sound",
    "styles",
)  # fmt: skip
_OF_LIBRARIES = frozenset({"scale", "search"})
"""Parts that measure a given library, too."""

_ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m tests.performance", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--repeats", type=int, default=9, metavar="N", help="default: 9")
    parser.add_argument(
        "--library",
        type=Path,
        metavar="FOLDER",
        help="for scale and search: measure a copy of this library's database instead of new "
        "libraries (see tests.library_maker)",
    )
    options = parser.parse_args()
    _use_environment()
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {' '.join(f'{load:.1f}' for load in os.getloadavg())}"
    )
    for part in options.parts or PARTS:
        measure = importlib.import_module(f"tests.performance.{part}").measure
        if part in _OF_LIBRARIES:
            measure(options.repeats, options.library)
        else:
            measure(options.repeats)


def _use_environment() -> None:
    """Goes on in the checkout's own environment when this Python lacks the dependencies."""
    if importlib.util.find_spec("PySide6") is None:
        python = _ROOT / ".venv" / "bin" / "python"
        if not python.exists():
            sys.exit("Set up first: python3 packaging/start.py --version")
        os.execv(python, [str(python), "-m", "tests.performance", *sys.argv[1:]])


if __name__ == "__main__":
    main()
