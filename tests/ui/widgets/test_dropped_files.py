"""Files that other programs drag here."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from producer_studio.ui.widgets.dropped_files import DroppedFiles, has_files


def mime_data(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def test_a_few_files_are_known_at_once() -> None:
    data = mime_data("file:///songs/One.wav", "https://example.org/two.wav", "file:///a%20%C3%A4b")
    files = DroppedFiles(data)
    assert files.first == [Path("/songs/One.wav"), Path("/a äb")]
    assert files.is_complete
    assert asyncio.run(files.read_all()) == files.first


@pytest.mark.parametrize("name", ["a", "a long name with ä and 曲 " * 8])
def test_of_many_files_a_drag_looks_at_the_first_ones(name: str) -> None:
    paths = [Path(f"/songs/{name}{number}.wav") for number in range(20_000)]
    files = DroppedFiles(mime_data(*(path.as_uri() for path in paths)))
    assert 0 < len(files.first) <= 100
    assert files.first == paths[: len(files.first)]
    assert not files.is_complete
    assert asyncio.run(files.read_all()) == paths
    odd = asyncio.run(files.read_all(lambda path: path.stem.endswith("1")))
    assert odd == paths[1::10]


def test_what_other_programs_write_is_read() -> None:
    data = QMimeData()
    data.setData("text/uri-list", b"# two\r\nfile:///one\r\nfile://localhost/two\nnonsense\n\r\n")
    assert DroppedFiles(data).first[0] == Path("/one")
    assert DroppedFiles(data).is_complete
    data.setData("text/uri-list", b"")
    assert DroppedFiles(data).first == []


def test_texts_and_links_are_no_files() -> None:
    text = QMimeData()
    text.setText("file:///no")
    assert not has_files(text)
    assert not has_files(mime_data("https://example.org/two.wav"))
    assert has_files(mime_data("https://example.org/two.wav", "file:///one"))
