"""Notes of the releases of this program, and whether the user was shown them."""

import asyncio
import html
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.release import Version
from producer_studio.translation import mark

FILE = "whats-new.toml"
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class ReleaseNotes:
    """Notes of a release.

    Attributes:
        items: Sentences by language code; English ones are always there.
    """

    version: Version
    items: Mapping[str, Sequence[str]]

    def items_in(self, language: str) -> Sequence[str]:
        """Returns the sentences in a language; English ones if it has none."""
        return self.items.get(language) or self.items[_ENGLISH]


@dataclass(frozen=True, slots=True)
class WhatsNew:
    """The releases, newest first, and the title above them by language code."""

    titles: Mapping[str, str]
    releases: Sequence[ReleaseNotes]

    def html(self, language: str) -> str:
        """Returns all releases as a page of the manual."""
        lines = [f"<h1>{html.escape(self.titles.get(language) or self.titles[_ENGLISH])}</h1>"]
        for one in self.releases:
            items = "".join(f"<li>{html.escape(item)}</li>\n" for item in one.items_in(language))
            lines.append(f"<p><b>{html.escape(one.version.text)}</b></p>\n<ul>\n{items}</ul>")
        return "\n".join(lines)

    def since(self, last: str, running: str) -> Sequence[ReleaseNotes]:
        """Returns the releases after the last start's, up to the running one.

        Args:
            last: Version of the last start; empty, or not a version, for none: then there was no
                update.
        """
        try:
            before, now = Version.parse(last), Version.parse(running)
        except ValueError:
            return ()
        return tuple(one for one in self.releases if before < one.version <= now)


def read_whats_new(resources: Path) -> WhatsNew:
    """Reads the program's own file; blocks.

    Raises:
        StorageError: It cannot be read.
    """
    path = resources / FILE
    try:
        return _parse(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise StorageError(
            mark("“{file}” of this installation cannot be read.", file=FILE),
            service_words=str(error),
        ) from error


async def load_whats_new(resources: Path) -> WhatsNew:
    """Reads the program's own file in a thread.

    Raises:
        StorageError: It cannot be read.
    """
    return await asyncio.to_thread(read_whats_new, resources)


def _parse(source: Mapping[str, object]) -> WhatsNew:
    """Parses the content of the file.

    Raises:
        ValueError, LookupError, TypeError: Something in it is missing, or of another type.
    """
    titles, releases = source["titles"], source["releases"]
    if not isinstance(titles, dict) or not isinstance(releases, list):
        raise TypeError("titles or releases")
    return WhatsNew(
        {code: str(title) for code, title in titles.items()},
        tuple(_parse_release(one) for one in releases),
    )


def _parse_release(source: Mapping[str, object]) -> ReleaseNotes:
    items = {
        code: tuple(str(one) for one in sentences)
        for code, sentences in source.items()
        if isinstance(sentences, list)
    }
    if not items.get(_ENGLISH):
        raise ValueError("a release has no English text")
    return ReleaseNotes(Version.parse(str(source["version"])), items)
