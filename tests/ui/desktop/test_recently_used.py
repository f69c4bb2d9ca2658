"""The list of recent files of Linux desktops, read back by GTK where it is installed."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from producer_studio.ui.desktop.recently_used import MAX_BOOKMARKS, add_recently_used

NOW = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
_GTK_READER = """
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
manager = Gtk.RecentManager(filename=sys.argv[1])
for item in manager.get_items():
    own = item.has_application("Producer Studio")
    count = item.get_application_info("Producer Studio")[1] if own else 0
    print(item.get_uri(), item.get_mime_type(), count, item.get_applications())
"""
_OTHER = """<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0"
      xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks"
      xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info">
  <!-- kept -->
  <bookmark href="file:///other/letter.odt" added="2026-11-01T00:00:00Z"
            modified="2026-11-01T00:00:00Z" visited="2026-11-01T00:00:00Z">
    <title>Letter</title>
    <info>
      <metadata owner="http://freedesktop.org">
        <mime:mime-type type="application/vnd.oasis.opendocument.text"/>
        <bookmark:groups><bookmark:group>Office</bookmark:group></bookmark:groups>
        <bookmark:applications>
          <bookmark:application name="Writer" exec="&apos;writer %u&apos;"
                                modified="2026-11-01T00:00:00Z" count="3"/>
        </bookmark:applications>
        <bookmark:private/>
      </metadata>
    </info>
  </bookmark>
</xbel>
"""


def addresses(list_file: Path) -> list[str]:
    root = ET.fromstring(list_file.read_bytes())  # noqa: S314 - our own file
    return [str(one.get("href")) for one in root.findall("bookmark")]


def has_gtk() -> bool:
    try:
        check = 'import gi; gi.require_version("Gtk", "3.0"); from gi.repository import Gtk'
        done = subprocess.run(["/usr/bin/python3", "-c", check], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def test_a_list_is_created_for_its_owner_alone(tmp_path: Path) -> None:
    list_file = tmp_path / "share" / "recently-used.xbel"
    add_recently_used(list_file, [tmp_path / "Low Tide #1.mp3"], NOW)
    assert addresses(list_file) == [f"{tmp_path.as_uri()}/Low%20Tide%20%231.mp3"]
    if os.name == "posix":
        assert list_file.stat().st_mode & 0o777 == 0o600


def test_uses_are_counted_and_other_bookmarks_are_kept(tmp_path: Path) -> None:
    list_file = tmp_path / "recently-used.xbel"
    list_file.write_text(_OTHER, "utf-8")
    song = tmp_path / "song.mp3"
    add_recently_used(list_file, [song], NOW)
    add_recently_used(list_file, [song, tmp_path / "preset.json"], NOW + timedelta(hours=1))
    text = list_file.read_text("utf-8")
    assert addresses(list_file) == [
        "file:///other/letter.odt",
        song.as_uri(),
        (tmp_path / "preset.json").as_uri(),
    ]
    assert "<!-- kept -->" in text
    assert '<bookmark:application name="Writer" exec="\'writer %u\'"' in text
    assert 'type="audio/mpeg"' in text
    assert 'modified="2026-12-01T11:30:00.000000Z" count="2"' in text
    assert 'added="2026-12-01T10:30:00.000000Z"' in text


def test_a_file_of_another_program_gets_a_second_application(tmp_path: Path) -> None:
    list_file = tmp_path / "recently-used.xbel"
    list_file.write_text(_OTHER, "utf-8")
    add_recently_used(list_file, [Path("/other/letter.odt")], NOW)
    root = ET.fromstring(list_file.read_bytes())  # noqa: S314 - our own file
    (bookmark,) = root.findall("bookmark")
    names = [one.get("name") for one in bookmark.iter() if one.tag.endswith("}application")]
    assert names == ["Writer", "Producer Studio"]
    assert (bookmark.get("added"), bookmark.get("modified")) == (
        "2026-11-01T00:00:00Z",
        "2026-12-01T10:30:00.000000Z",
    )


def test_the_oldest_are_removed(tmp_path: Path) -> None:
    list_file = tmp_path / "recently-used.xbel"
    files = [tmp_path / f"{number}.wav" for number in range(MAX_BOOKMARKS)]
    add_recently_used(list_file, files, NOW)
    add_recently_used(list_file, [tmp_path / "new.wav"], NOW + timedelta(seconds=1))
    found = addresses(list_file)
    assert len(found) == MAX_BOOKMARKS
    assert found[-1] == (tmp_path / "new.wav").as_uri()
    assert files[0].as_uri() not in found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no XML",
        b"<html/>",
        b'<xbel version="1.0"><bookmark href="a"></xbel>',
        b'<!DOCTYPE xbel [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><xbel>&c;</xbel>',
        b'<!DOCTYPE xbel [<!ENTITY a SYSTEM "file:///etc/passwd">]><xbel>&a;</xbel>',
        b"<xbel>" + b"<folder>" * 100 + b"</folder>" * 100 + b"</xbel>",
        b"<xbel>" + b"\xff" + b"</xbel>",
        b"<xbel/>" + b" " * 9_000_000,
    ],
    ids=["empty", "text", "html", "open", "entities", "external", "deep", "bytes", "large"],
)
def test_what_is_no_list_is_left_alone(tmp_path: Path, content: bytes) -> None:
    list_file = tmp_path / "recently-used.xbel"
    list_file.write_bytes(content)
    with pytest.raises((ValueError, OSError)):
        add_recently_used(list_file, [tmp_path / "song.mp3"], NOW)
    assert list_file.read_bytes() == content
    assert os.listdir(tmp_path) == ["recently-used.xbel"]  # noqa: PTH208 - and nothing beside it


@pytest.mark.skipif(not has_gtk(), reason="GTK's bindings are not installed")
def test_gtk_reads_the_list(tmp_path: Path) -> None:
    list_file = tmp_path / "recently-used.xbel"
    list_file.write_text(_OTHER, "utf-8")
    songs = [tmp_path / "Böse & Gut.flac", tmp_path / "song.wav"]
    for _ in range(2):
        add_recently_used(list_file, songs, datetime.now(UTC))
    done = subprocess.run(
        ["/usr/bin/python3", "-c", _GTK_READER, str(list_file)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert f"{songs[0].as_uri()} audio/flac 2 ['Producer Studio']" in lines
    assert any(line.startswith(f"{songs[1].as_uri()} audio/") for line in lines)
    assert any(line.startswith("file:///other/letter.odt") for line in lines)
