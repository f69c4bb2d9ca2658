"""M3U8 files, as this and other programs write them."""

from pathlib import PurePosixPath

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
