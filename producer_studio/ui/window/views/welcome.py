"""The welcome page as a view of the window: shown until there is an account, and on request."""

from PySide6.QtWidgets import QWidget

from producer_studio.translation import mark
from producer_studio.ui.window.view import View, ViewContext


def _create(context: ViewContext, parent: QWidget) -> QWidget:
    from producer_studio.ui.window.welcome import WelcomePanel  # start-up cost

    panel = WelcomePanel(context.ui, parent)
    panel.service_chosen.connect(context.add_account)
    panel.demo_opened.connect(context.begin_composing)
    panel.library_requested.connect(context.focus_library)
    return panel


VIEW = View(
    name="welcome",
    label=mark("Welcome"),
    icon="sparkles",
    order=90,
    create=_create,
    is_listed=False,
    manual_page="first-song",
)
