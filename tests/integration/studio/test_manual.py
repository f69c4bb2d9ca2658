"""The manual's own files: complete and alike in all languages, concise, with links that lead on."""

import asyncio
import re
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.settings.paths import find_resources_folder
from producer_studio.studio.manual import (
    LANGUAGES,
    PAGES,
    THEMES,
    WHATS_NEW,
    Manual,
    ManualPage,
    parse_page,
    picture_path,
)
from producer_studio.translation.languages import LANGUAGES as DISPLAY_LANGUAGES

RESOURCES = find_resources_folder()
MOST_PICTURE_BYTES = 2_000_000
WITHOUT_PICTURE = {"export", "stems-and-video", "kept", "accounts"}


def pages(language: str) -> list[ManualPage]:
    return list(asyncio.run(Manual(RESOURCES).pages(language)))


def marks(page: ManualPage) -> list[str]:
    """Links, keys of commands and code of a page: the same in every language, in any order."""
    return sorted(re.findall(r'href="[^"]*"|<kbd>@[^<]*</kbd>|<figure>|<h1>|<li>', page.html))


def test_there_is_a_manual_in_every_language_of_the_window() -> None:
    assert set(LANGUAGES) == set(DISPLAY_LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_pages_are_there(language: str) -> None:
    found = pages(language)
    assert [page.name for page in found] == [*PAGES, WHATS_NEW]
    assert len({page.title for page in found}) == len(found)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_translation_has_the_links_and_keys_of_the_english(language: str) -> None:
    for english, other in zip(pages("en"), pages(language), strict=True):
        assert marks(other) == marks(english), f"{language}/{english.name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_concise(language: str) -> None:
    for page in pages(language)[: len(PAGES)]:
        if language == "zh_CN":
            # About three characters say what two English words do.
            assert 200 <= len(page.text) <= 500, page.name
        else:
            assert 100 <= len(page.text.split()) <= 220, page.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_pages(language: str) -> None:
    for page in pages(language):
        for name in re.findall(r'href="manual:([^"]*)"', page.html):
            assert name in PAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_have_no_marks_that_are_not_closed(language: str) -> None:
    for page in pages(language):
        opened = re.findall(r"<([a-z]\w*)[^>]*>", page.html)
        closed = re.findall(r"</([a-z]\w*)>", page.html)
        assert sorted(opened) == sorted(closed), page.name


def test_a_language_without_a_manual_gets_the_english_one() -> None:
    assert pages("fr")[0] == pages("en")[0]


def test_words_of_a_page_are_found_in_any_case_and_order() -> None:
    page = parse_page("x", "<h1>Keys &amp; more</h1><p>Play <b>the Song</b></p>")
    assert page.title == "Keys & more"
    assert page.matches("SONG play")
    assert page.matches("& more")
    assert page.matches("")
    assert not page.matches("song stop")
    assert not page.matches("h1")


def test_a_missing_file_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        asyncio.run(Manual(tmp_path).pages("en"))


def test_a_missing_picture_is_none(tmp_path: Path) -> None:
    assert asyncio.run(Manual(tmp_path).picture("keys", "en", "dark")) == b""


def test_pages_have_small_pictures() -> None:
    """`packaging/manual_pictures.py` writes them."""
    folder = RESOURCES / "manual"
    expected = {
        folder / picture_path(page, "en", theme)
        for page in set(PAGES) - WITHOUT_PICTURE
        for theme in THEMES
    }
    found = set((folder / "pictures").rglob("*.*"))
    assert found >= expected
    assert sum(path.stat().st_size for path in found) <= MOST_PICTURE_BYTES
