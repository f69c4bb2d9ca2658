"""Clips are found by the entries of a playlist file, among any number of files of one name."""

from pathlib import Path
from typing import ClassVar

import pytest

from producer_studio.domain.ids import ClipId
from producer_studio.domain.m3u import M3uEntry
from producer_studio.studio.playlist_files import StoredSound, _match_entries


class CountedLength(float):
    """Length that counts how often it is compared with another."""

    compared: ClassVar[list[float]] = []

    def __sub__(self, other: float) -> float:
        self.compared.append(other)
        return float(self) - other


def sounds_of(*lengths: float) -> list[StoredSound]:
    return [
        StoredSound(ClipId(f"c{number}"), Path(f"/songs/Same [{number}]/Same.mp3"), length_s)
        for number, length_s in enumerate(lengths)
    ]


@pytest.mark.parametrize(
    ("path", "length_s", "expected"),
    [
        ("D:\\Old\\Same [2]\\SAME.mp3", 10.0, "c2"),
        ("/elsewhere/Same.mp3", None, "c0"),
        ("/elsewhere/Same.mp3", 21.4, "c1"),
        ("/elsewhere/Same.mp3", 18.6, "c1"),
        ("Same.mp3", 500.0, "c0"),
        ("Other.mp3", 20.0, None),
    ],
)
def test_by_folder_else_by_length_else_the_newest(
    path: str, length_s: float | None, expected: str | None
) -> None:
    sounds = sounds_of(10.0, 20.0, 20.9, 40.0, float("inf"), float("nan"))
    assert _match_entries([M3uEntry(path, "", length_s)], sounds, Path("/lists")) == [expected]


def test_thousands_of_files_of_one_name_are_not_all_looked_at_for_each_entry() -> None:
    sounds = sounds_of(*(CountedLength(100 + number) for number in range(2_000)))
    entries = [M3uEntry(f"/old/{number}/Same.mp3", "", 1_000.0) for number in range(100)]
    CountedLength.compared.clear()
    assert _match_entries(entries, sounds, Path("/lists")) == ["c899"] * 100
    assert len(CountedLength.compared) <= 5 * len(entries)
