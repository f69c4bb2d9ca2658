"""What releases brought: after which update it is shown, and in which language."""

from pathlib import Path

import pytest

from producer_studio import __version__
from producer_studio.domain.errors import StorageError
from producer_studio.domain.release import Version
from producer_studio.settings.paths import find_resources_folder
from producer_studio.studio.manual import LANGUAGES
from producer_studio.studio.whats_new import FILE, read_whats_new

SOURCE = """
[titles]
en = "What’s new"
de = "Neuerungen"
[[releases]]
version = "0.3.0"
en = ["Third & <b>bold</b>"]
[[releases]]
version = "0.2.0"
en = ["Second"]
de = ["Zweites"]
[[releases]]
version = "0.1.0"
en = ["First"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / FILE).write_text(SOURCE, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("last", "running", "shown"),
    [
        ("", "0.3.0", []),
        ("0.3.0", "0.3.0", []),
        ("0.1.0", "0.2.0", ["0.2.0"]),
        ("0.1.0", "0.3.1", ["0.3.0", "0.2.0"]),
        ("0.3.0", "0.3.1", []),
        ("0.3.0", "0.2.0", []),
        ("0.3.0rc1", "0.3.0", ["0.3.0"]),
        ("not a version", "0.3.0", []),
    ],
)
def test_releases_since_the_last_start_are_new(
    folder: Path, last: str, running: str, shown: list[str]
) -> None:
    news = read_whats_new(folder).since(last, running)
    assert [one.version.text for one in news] == shown


def test_a_language_without_a_text_gets_the_english_one(folder: Path) -> None:
    page = read_whats_new(folder).html("de")
    assert page.index("Neuerungen") < page.index("Third") < page.index("Zweites")
    assert "Second" not in page
    assert "Third &amp; &lt;b&gt;bold&lt;/b&gt;" in page


@pytest.mark.parametrize("source", ["", "titles = 1\nreleases = 2", SOURCE.replace("0.2.0", "x")])
def test_an_unreadable_file_is_an_error_with_a_sentence(tmp_path: Path, source: str) -> None:
    (tmp_path / FILE).write_text(source, "utf-8")
    with pytest.raises(StorageError, match="cannot be read"):
        read_whats_new(tmp_path)


def test_the_own_file_has_each_release_in_all_languages() -> None:
    found = read_whats_new(find_resources_folder())
    assert set(found.titles) == set(LANGUAGES)
    assert found.releases[0].version == Version.parse(__version__)
    for one in found.releases:
        assert set(one.items) == set(LANGUAGES)
        assert len({len(items) for items in one.items.values()}) == 1
