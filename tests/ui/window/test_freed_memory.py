"""The allocator returns freed memory to the system where it can be told to."""

import platform

from producer_studio.ui.window.freed_memory import return_freed_memory


def test_glibc_knows_the_parameters() -> None:
    assert return_freed_memory() == (platform.libc_ver()[0] == "glibc")
