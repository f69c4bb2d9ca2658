"""Which page of the manual belongs to a part of the window."""

from PySide6.QtWidgets import QWidget

from producer_studio.studio.manual import PAGES

_PROPERTY = "manualPage"


def set_manual_page(widget: QWidget, page: str) -> None:
    """Sets the page that is opened while the focus is in a widget; empty for none.

    Raises:
        KeyError: There is no such page.
    """
    if page and page not in PAGES:
        raise KeyError(page)
    widget.setProperty(_PROPERTY, page)


def manual_page_of(widget: QWidget | None) -> str:
    """Returns the page of the nearest part that contains a widget; empty if there is none."""
    while widget is not None:
        page = widget.property(_PROPERTY)
        if page:
            return str(page)
        widget = widget.parentWidget()
    return ""
