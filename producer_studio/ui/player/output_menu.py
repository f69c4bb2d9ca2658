"""Menu that chooses the sound output."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.menu import Menu


def create_output_menu(
    style: Style, audio: AudioOutput, choose: Callable[[str], object], parent: QWidget
) -> Menu:
    """Returns a menu of the devices, of which the chosen one is checked.

    Args:
        choose: Called with the id of a device; empty means the system's.
    """
    menu = Menu(style, parent, name=tr("Sound output"))
    devices = [("", tr("System default"))]
    devices += [(device.id, device.name) for device in audio.list_devices()]
    for device_id, name in devices:
        menu.add_item(name, partial(choose, device_id), checked=device_id == audio.device_id)
    return menu
