"""What counts as a crash of a process that has gone."""

from pathlib import Path

import pytest

from producer_studio.studio.crash_reports.crash_file import FACTS_BYTES, read_crash_files

THREAD = "\n\nCurrent thread 0x00000abc (most recent call first):\n  <no Python frame>\n"


@pytest.mark.parametrize(
    ("dump", "crashed"),
    [
        (f"Fatal Python error: Segmentation fault{THREAD}", True),
        (f"Windows fatal exception: access violation{THREAD}", True),
        (f"Windows fatal exception: stack overflow{THREAD}", True),
        (f"Windows fatal exception: code 0xc0000374{THREAD}", True),
        # Handled by the libraries that raise them; the process went on until it was killed.
        (f"Windows fatal exception: code 0x8001010d{THREAD}", False),
        (f"Windows fatal exception: code 0x406d1388{THREAD}" * 3, False),
        (
            (
                f"Windows fatal exception: code 0x8001010d{THREAD}\n"
                f"Windows fatal exception: access violation{THREAD}"
            ),
            True,
        ),
        ("", False),
        ("\0" * 4096, False),
    ],
)
def test_only_what_ends_a_process_is_a_crash(tmp_path: Path, dump: str, crashed: bool) -> None:
    box = tmp_path / "1-2.box"
    box.write_bytes(b"\n" * FACTS_BYTES + dump.encode())
    with read_crash_files(tmp_path) as found:
        assert len(found) == crashed
    assert not box.exists()
