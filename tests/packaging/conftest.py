"""Lets the tests import what builds the packages."""

import sys
from pathlib import Path

# Last, so that none of these files takes the place of a library of the same name.
_FOLDER = str(Path(__file__).parents[2] / "packaging")
if _FOLDER not in sys.path:
    sys.path.append(_FOLDER)
