"""M3U8 files, as this and other programs write them."""

from pathlib import PurePosixPath

import pytest

from producer_studio.domain.m3u import M3uEntry, encode_m3u, entry_path, parse_m3u


def test_what_is_written_is_read() -> None:
    entries = [M3uEntry("../a b/Song.m4a", "Song, two\nlines", 151.6), M3uEntry("#1.wav", "")]
    text = encode_m3u("Night\ndrive", entries)
    assert text.splitlines()[:3] == [
        "#EXTM3U",
        "#PLAYLIST:Night drive",
        "#EXTINF:152,Song, two lines",
    ]
    assert parse_m3u(text) == (
        "Night drive",
        [M3uEntry("../a b/Song.m4a", "Song, two lines", 152), M3uEntry("./#1.wav")],
    )


def test_files_of_other_programs() -> None:
    text = "\ufeff#EXTINF:x,\r\nC:\\Music\\Rain.mp3\r\n\r\nfile:///home/a%20b/Sun.wav\r\n#odd\r\n"
    name, entries = parse_m3u(text)
    assert (name, [entry.file_name for entry in entries]) == ("", ["Rain.mp3", "Sun.wav"])
    assert entries[1].path == "/home/a b/Sun.wav"


def test_paths_are_relative_to_the_file() -> None:
    file, folder = PurePosixPath("/music/2026/Song/a.m4a"), PurePosixPath("/music/lists")
    assert entry_path(file, folder, is_absolute=False) == "../2026/Song/a.m4a"
    assert entry_path(file, folder, is_absolute=True) == "/music/2026/Song/a.m4a"


@pytest.mark.parametrize(
    "path",
    [
        "/music/two\nlines.wav",
        " first.wav",
        "last.wav ",
        "../a\x85b.wav",
        "/b\udce9.wav",
        "a?b#c\n.wav",
    ],
)
def test_a_name_that_no_line_can_hold_is_escaped(path: str) -> None:
    text = encode_m3u("", [M3uEntry(path), M3uEntry("next.wav")])
    assert len(text.splitlines()) == 6
    assert [entry.path for entry in parse_m3u(text)[1]] == [path, "next.wav"]
    text.encode("utf-8")


@pytest.mark.parametrize("path", ["http://example.com/x.wav", "file:x/y.wav", "#x.wav"])
def test_a_name_is_not_taken_for_an_address(path: str) -> None:
    (entry,) = parse_m3u(encode_m3u("", [M3uEntry(path)]))[1]
    assert entry.path == f"./{path}"
    assert encode_m3u("", [M3uEntry("C:\\Music\\a.wav")]).splitlines()[3] == "C:\\Music\\a.wav"


def test_only_line_ends_end_a_line() -> None:
    _, entries = parse_m3u("#EXTM3U\ra\x0bb\u2028c.wav\nd.wav\r\n")
    assert [entry.path for entry in entries] == ["a\x0bb\u2028c.wav", "d.wav"]
