"""File names that every system takes."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.operation import Operation
from producer_studio.settings.preferences import DEFAULT_NAME_TEMPLATE as USUAL
from producer_studio.studio.export.filenames import (
    TEMPLATE_FIELDS,
    ExportPosition,
    file_stem,
    template_problem,
)

CLIP = Clip(
    id=ClipId("0123456789abcdef"),
    title="Low tide",
    model="FUZZ-2.0",
    seed="7",
    sound="calm pads",
    account=AccountName("personal"),
    measured=AudioMeasurements(bpm=92.4, key="F minor"),
    created_at=datetime(2026, 11, 20, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("template", "stem"),
    [
        (USUAL, "Low tide - FUZZ-2.0 - 7"),
        ("{title}", "Low tide"),
        ("{date} {title} ({bpm}, {key})", "2026-11-20 Low tide (92 BPM, F minor)"),
        ("{account}_{operation}_{id}", "personal__01234567"),
        ("{title}/{seed}", "Low tide-7"),
        ("{n} {title}", "01 Low tide"),
        ("  spaced   {title}  ", "spaced Low tide"),
        ("{sound}", "calm pads"),
    ],
)
def test_a_template_is_filled(template: str, stem: str) -> None:
    assert file_stem(template, CLIP) == stem


@pytest.mark.parametrize(
    ("fields", "stem"),
    [
        ({"seed": ""}, "Low tide - FUZZ-2.0"),
        ({"model": ""}, "Low tide - 7"),
        ({"title": ""}, "FUZZ-2.0 - 7"),
        ({"title": "", "model": "", "seed": ""}, "clip 01234567"),
    ],
)
def test_an_empty_field_takes_its_separator_along(fields: dict[str, str], stem: str) -> None:
    assert file_stem(USUAL, CLIP.with_changes(**fields)) == stem


@pytest.mark.parametrize(
    ("fields", "take", "stem"),
    [
        ({}, 0, "Low tide - FUZZ-2.0 - 7"),
        ({}, 1, "Low tide - take 1 - FUZZ-2.0 - 7"),
        ({}, 2, "Low tide - take 2 - FUZZ-2.0 - 7"),
        ({"title": "Low tide · take 2"}, 2, "Low tide · take 2 - FUZZ-2.0 - 7"),
        ({"operation": Operation.COVER}, 0, "Low tide - Cover - FUZZ-2.0 - 7"),
        ({"operation": Operation.COVER}, 2, "Low tide - Cover - take 2 - FUZZ-2.0 - 7"),
        ({"operation": Operation.SWAP_VOCALS}, 0, "Low tide - Swap vocals - FUZZ-2.0 - 7"),
        ({"operation": Operation.STEMS, "stem": "Bass"}, 0, "Low tide - Bass - FUZZ-2.0 - 7"),
        (
            {"operation": Operation.STEMS, "stem": "Bass", "title": "Low tide · Bass"},
            0,
            "Low tide · Bass - FUZZ-2.0 - 7",
        ),
    ],
)
def test_children_of_a_song_are_told_apart_by_words(
    fields: dict[str, object], take: int, stem: str
) -> None:
    clip = CLIP.with_changes(take=take or 1, takes=3 if take else 1, **fields)
    assert file_stem(USUAL, clip) == stem


@pytest.mark.parametrize(
    ("number", "count", "stem"), [(3, 9, "03 Low tide"), (3, 177, "003 Low tide")]
)
def test_numbers_of_an_export_sort_as_they_count(number: int, count: int, stem: str) -> None:
    place = ExportPosition(number=number, count=count)
    assert file_stem("{n} {title}", CLIP, place) == stem


def test_the_only_take_of_a_press_has_no_number() -> None:
    assert file_stem("{title} - {take}", CLIP.with_changes(take=1, takes=1)) == "Low tide"
    assert file_stem("{title} - {take}", CLIP.with_changes(take=2, takes=3)) == "Low tide - take 2"


@pytest.mark.parametrize("template", ["{title}", "{n} {title}", "{title} - {model}"])
def test_takes_are_told_apart_without_their_placeholder(template: str) -> None:
    takes = [CLIP.with_changes(take=number, takes=2) for number in (1, 2)]
    names = [file_stem(template, clip) for clip in takes]
    assert [f"Low tide · take {number}" in names[number - 1] for number in (1, 2)] == [True, True]


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("AC/DC: live?", "AC-DC- live-"),
        ('a\\b*c"d<e>f|g', "a-b-c-d-e-f-g"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1", "_com1"),
        ("COM¹", "_COM¹"),
        ("conin$", "_conin$"),
        ("lpt9 .wav", "_lpt9 .wav"),
        ("console", "console"),
        ("Con Te Partirò", "Con Te Partirò"),
        ("Aux Champs-Élysées", "Aux Champs-Élysées"),
        ("می‌خواهم", "می‌خواهم"),
        ("👨‍👩‍👧 song", "👨‍👩‍👧 song"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("trailing dots...", "trailing dots"),
        ("..", "clip 01234567"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("line\nbreak\ttab", "line break tab"),
        ("bell\x07\x00", "bell"),
        ("reversed\u202egpj", "reversedgpj"),
        ("half \ud83c of a sign", "half of a sign"),
        ("e\u0301tude", "\u00e9tude"),
        ("潮の満ち引き", "潮の満ち引き"),
        ("🎹", "🎹"),
        ("\u200b", "clip 01234567"),
    ],
)
def test_odd_titles(title: str, stem: str) -> None:
    assert file_stem("{title}", CLIP.with_changes(title=title)) == stem


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (USUAL, ""),
        ("plain words", ""),
        ("{titel}", "{titel} is unknown"),
        ("{title} {}", "A brace is not closed"),
        ("{title", "A brace is not closed"),
        ("", "Enter at least"),
        ("   ", "Enter at least"),
    ],
)
def test_mistakes_in_a_template_are_explained(template: str, words: str) -> None:
    problem = template_problem(template)
    assert problem.startswith(words)
    assert bool(problem) is bool(words)


def test_every_field_is_known() -> None:
    for name in TEMPLATE_FIELDS:
        assert template_problem(f"{{{name}}}") == ""
        assert "{" not in file_stem(f"{{{name}}}", CLIP)


def test_a_name_fits_into_encrypted_folders() -> None:
    """eCryptfs, which homes and network drives are encrypted with, allows 143 bytes."""
    stem = file_stem(USUAL, CLIP.with_changes(title="界" * 80))
    assert len(f"{stem} (1000).flac".encode()) <= 143


@given(st.text(), st.text(), st.text(max_size=60))
def test_any_name_is_safe_everywhere(title: str, seed: str, template: str) -> None:
    for text in (USUAL, template):
        stem = file_stem(text, CLIP.with_changes(title=title, seed=seed))
        assert stem
        assert len(f"{stem} (1000).flac".encode()) <= 143
        assert not set(stem) & set('<>:"/\\|?*')
        assert all(unicodedata.category(sign) not in {"Cc", "Cs"} for sign in stem)
        assert not set(stem) & set("\u200b\u202e\u2066\ufeff")
        assert stem == stem.strip(" .")
        assert stem.split(".")[0].strip().upper() not in {
            "CON",
            "PRN",
            "AUX",
            "NUL",
            "COM1",
            "LPT1",
        }


@given(st.text(min_size=1, max_size=300))
def test_any_name_can_be_written(title: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{file_stem('{title}', CLIP.with_changes(title=title))} (2).flac"
        path.write_bytes(b"")
        assert [one.name for one in Path(folder).iterdir()] == [path.name]
