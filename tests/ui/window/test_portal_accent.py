"""The accent colour of a Linux desktop, over a bus of the test's own."""

import asyncio
from collections.abc import Iterator

import pytest
from dbus_fast import Variant
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal
from PySide6.QtGui import QColor

from producer_studio.ui.desktop.portal_accent import follow_accent, parse_accent
from producer_studio.ui.desktop.session_bus import connect_session_bus
from tests.support.session_bus import HAS_SESSION_BUS, running_session_bus

BLUE = Variant("(ddd)", [0.2, 0.5, 0.9])


class Portal(ServiceInterface):
    """Settings of a portal with an accent colour."""

    def __init__(self) -> None:
        super().__init__("org.freedesktop.portal.Settings")
        self.value = BLUE

    @dbus_method()
    def ReadOne(self, group: "s", key: "s") -> "v":  # type: ignore[name-defined] # noqa: F821, N802
        assert (group, key) == ("org.freedesktop.appearance", "accent-color")
        return self.value

    @dbus_signal()
    def SettingChanged(self, group: str, key: str, value: Variant) -> "ssv":  # type: ignore[name-defined] # noqa: F821, N802
        return [group, key, value]


@pytest.fixture
def address() -> Iterator[str]:
    if not HAS_SESSION_BUS:
        pytest.skip("dbus-daemon is missing: no session bus")
    with running_session_bus() as (address, _pid):
        yield address


async def connect(address: str) -> MessageBus:
    bus = await connect_session_bus(address)
    assert bus is not None
    return bus


def test_the_colour_and_its_changes_are_shown(address: str) -> None:
    async def run() -> list[str]:
        portal, found = Portal(), asyncio.Queue[QColor | None]()
        desktop, program = await connect(address), await connect(address)
        desktop.export("/org/freedesktop/portal/desktop", portal)
        await desktop.request_name("org.freedesktop.portal.Desktop")
        await follow_accent(program, found.put_nowait)
        names = [await found.get()]
        for value in (Variant("(ddd)", [1.0, 0.0, 0.0]), Variant("(ddd)", [-1.0, -1.0, -1.0])):
            portal.SettingChanged("org.freedesktop.appearance", "color-scheme", value)
            portal.SettingChanged("org.freedesktop.appearance", "accent-color", value)
            names.append(await found.get())
        assert found.empty()
        for bus in (desktop, program):
            bus.disconnect()
        return [one.name() if one is not None else "none" for one in names]

    assert asyncio.run(run()) == ["#3380e6", "#ff0000", "none"]


def test_of_a_flood_of_changes_only_some_are_shown(address: str) -> None:
    async def run() -> list[str]:
        portal, shown = Portal(), list[str]()
        last = asyncio.Event()

        def show(colour: QColor | None) -> None:
            assert colour is not None
            shown.append(colour.name())
            if colour.name() == "#ffffff":
                last.set()

        desktop, program = await connect(address), await connect(address)
        desktop.export("/org/freedesktop/portal/desktop", portal)
        await desktop.request_name("org.freedesktop.portal.Desktop")
        await follow_accent(program, show)
        for number in range(500):
            value = Variant("(ddd)", [number / 499] * 3)
            portal.SettingChanged("org.freedesktop.appearance", "accent-color", value)
        await last.wait()
        for bus in (desktop, program):
            bus.disconnect()
        return shown

    shown = asyncio.run(run())
    assert shown[0] == "#3380e6"
    assert len(shown) < 250


def test_a_desktop_without_a_portal_shows_nothing(address: str) -> None:
    async def run() -> int:
        found: list[QColor | None] = []
        program = await connect(address)
        await follow_accent(program, found.append)
        program.disconnect()
        return len(found)

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize(
    "values", [[], ["blue"], [Variant("(ddd)", [2.0, 0.0, 0.0])], [Variant("u", 1)], [[0.1, 0.2]]]
)
def test_other_values_are_no_choice(values: list[object]) -> None:
    assert parse_accent(values) is None


def test_a_variant_in_a_variant_is_read() -> None:
    # `Read` of older portals wraps its value twice.
    found = parse_accent([Variant("v", BLUE)])
    assert found is not None
    assert found.name() == "#3380e6"
