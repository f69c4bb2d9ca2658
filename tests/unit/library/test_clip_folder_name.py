"""Folders of clips."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename
from producer_studio.library.media_store import clip_folder_name

YEAR = datetime(2026, 3, 1, 12, tzinfo=UTC)

any_text = st.text(st.characters(codec=None))


@given(any_text, any_text)
@example("", "0 \x1b 0")
def test_a_clip_folder_never_leaves_its_year(title: str, clip_id: str) -> None:
    year, day, name = clip_folder_name(title, clip_id, YEAR).split("/")
    assert (year, day) == ("2026", "03-01")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert safe_filename(name) == name


def test_a_clip_folder_reads_as_title_and_short_id() -> None:
    assert clip_folder_name("Night rain", "0123456789", YEAR) == "2026/03-01/Night rain [01234567]"
