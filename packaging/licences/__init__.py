"""Collects the licences of everything that is in the frozen program.

`collect` is called once the folder is whole. What it leaves there (`index.json`) is what the
window, the bill of materials and the packages speak of; its form is told in `folder.py`.
"""

from licences.collecting import collect
from licences.part import LicenceMissing, Part

__all__ = ["LicenceMissing", "Part", "collect"]
