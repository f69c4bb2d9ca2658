"""The pages of the settings dialog.

Each module declares its page as `PAGE`. A new module in this package is a new page.
"""

from importlib import import_module
from pkgutil import iter_modules

from producer_studio.ui.settings.page import SettingsPage


def load_pages() -> list[SettingsPage]:
    """Imports the modules of this package and returns their pages, in the order of the dialog."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    pages: list[SettingsPage] = [module.PAGE for module in modules]
    return sorted(pages, key=lambda page: page.order)
