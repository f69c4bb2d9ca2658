"""Dialects of the services, each with its own validation, responses and errors.

Each package or module declares its dialects as `PROFILES`. A new one in this package is a new
dialect, except for the two that all of them use.
"""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from producer_studio.sandbox.profiles.profile import ProfileFactory

_SHARED_MODULES = frozenset({"fields", "profile"})


def load_profiles() -> list[ProfileFactory]:
    """Imports the dialects of this package and returns their profiles."""
    profiles: list[ProfileFactory] = []
    for module in iter_modules(__path__):
        if module.name not in _SHARED_MODULES:
            declared: Iterable[ProfileFactory] = import_module(f"{__name__}.{module.name}").PROFILES
            profiles += declared
    return profiles
