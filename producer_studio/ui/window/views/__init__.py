"""The views of the window.

Each module declares its view as `VIEW`. A new module in this package is a new view.
"""

from importlib import import_module
from pkgutil import iter_modules

from producer_studio.ui.window.view import View


def load_views() -> list[View]:
    """Imports the modules of this package and returns their views, in the order of the buttons."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    views: list[View] = [module.VIEW for module in modules]
    return sorted(views, key=lambda view: view.order)
