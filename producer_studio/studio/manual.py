"""The manual: its pages, their texts in the language of the window, and their pictures."""

import asyncio
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from producer_studio.domain.errors import StorageError
from producer_studio.studio.whats_new import read_whats_new
from producer_studio.translation import mark

PAGES: Final = (
    "first-song",
    "sound-and-lyrics",
    "operations",
    "library",
    "playing",
    "comparing",
    "stems-and-video",
    "export",
    "accounts",
    "kept",
    "keys",
)
"""Names of the pages in the order of the manual; each is a file in the folder of its language."""

WHATS_NEW: Final = "whats-new"
"""Name of the last page: what the releases brought."""

LANGUAGES: Final = ("en", "de", "zh_CN")
THEMES: Final = ("dark", "light")

_FOLDER = "manual"
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ManualPage:
    """A page of the manual.

    Attributes:
        name: One of `PAGES`, or `WHATS_NEW`.
        html: Body in HTML, with its title. `<kbd>@search</kbd>` stands for the keys of a command,
            `<kbd>Shift+F10</kbd>` for fixed keys in Qt's names; `<figure>` holds the caption of
            the page's picture; links lead to `manual:PAGE`, `settings:PAGE` or `keys:`.
    """

    name: str
    title: str
    html: str

    @property
    def text(self) -> str:
        """The words of the page, without marks, on one line."""
        return _SPACES.sub(" ", html.unescape(_TAG.sub(" ", self.html))).strip()

    def matches(self, words: str) -> bool:
        """Whether the page contains all words, in any case."""
        text = self.text.casefold()
        return all(word in text for word in words.casefold().split())


def parse_page(name: str, source: str) -> ManualPage:
    """Parses the file of a page.

    Raises:
        ValueError: It has no title.
    """
    found = _TITLE.search(source)
    if found is None:
        raise ValueError(f"{name} has no <h1>")
    return ManualPage(name, html.unescape(found[1]).strip(), source)


def picture_path(page: str, language: str, theme: str) -> Path:
    """Returns the path of the picture of a page, relative to the manual's folder."""
    return Path("pictures", language, f"{page}-{theme}.webp")


class Manual:
    """Reads the manual of this installation.

    Args:
        resources: Folder of the resources.
    """

    def __init__(self, resources: Path) -> None:
        self._resources = resources
        self._folder = resources / _FOLDER

    async def pages(self, language: str) -> Sequence[ManualPage]:
        """Returns all pages in their order; English ones for a language that has none.

        Raises:
            StorageError: A file of the program cannot be read.
        """
        return await asyncio.to_thread(self._read_pages, language)

    async def picture(self, page: str, language: str, theme: str) -> bytes:
        """Returns the picture of a page as WebP, else the English one; empty if it has none.

        Args:
            theme: One of `THEMES`.
        """
        return await asyncio.to_thread(self._read_picture, page, language, theme)

    def _read_pages(self, language: str) -> Sequence[ManualPage]:
        folder = self._folder / (language if language in LANGUAGES else "en")
        try:
            pages = [
                parse_page(name, (folder / f"{name}.html").read_text("utf-8")) for name in PAGES
            ]
        except (OSError, ValueError) as error:
            raise StorageError(
                mark("The manual of this installation cannot be read."), service_words=str(error)
            ) from error
        news = read_whats_new(self._resources).html(language)
        return (*pages, parse_page(WHATS_NEW, news))

    def _read_picture(self, page: str, language: str, theme: str) -> bytes:
        for code in (language, "en"):
            try:
                return (self._folder / picture_path(page, code, theme)).read_bytes()
            except OSError:
                continue
        return b""
