"""Exported files as other people's programs read them: those that are installed here.

`python -m tests.readers` does the same with all songs, and prints a table.
"""

import asyncio

import pytest

from tests.readers.comparison import compare
from tests.readers.files import ExportedFile, export_all
from tests.readers.programs import READERS, Reader
from tests.readers.songs import SONGS


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[ExportedFile]:
    """A song in Japanese, and one that was given line breaks."""
    folder = tmp_path_factory.mktemp("exported")
    return asyncio.run(export_all((SONGS[1], SONGS[8]), folder))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_tags_and_length_are_read_as_they_were_written(
    files: list[ExportedFile], reader: Reader
) -> None:
    if not reader.is_there:
        pytest.skip(f"{reader.command} is not installed")
    for file in files:
        if file.path.suffix in reader.suffixes:
            found = compare(reader, file)
            assert not found.wrong, file.path
            assert found.has_right_length, (file.path, found.difference_s)
