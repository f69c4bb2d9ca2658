"""Language in which texts are made for a while; needs no Qt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from producer_studio.translation.active import set_messages, use_language
from producer_studio.translation.languages import ENGLISH

LANGUAGE_FILES = Path(__file__).parents[2] / "resources" / "languages"


class MarkedMessages(dict[tuple[str, str], tuple[str, ...]]):
    """Translations of a language that does not exist: each text in brackets of its own."""

    def get(self, key, default=None):  # type: ignore[no-untyped-def]
        return (f"⟦{key[1]}⟧",)


@contextmanager
def shown_in(code: str) -> Iterator[None]:
    """Has all texts made meanwhile in a language; "marked" for brackets around each."""
    if code == "marked":
        set_messages(ENGLISH, MarkedMessages())
    else:
        use_language(code, LANGUAGE_FILES)
    try:
        yield
    finally:
        set_messages(ENGLISH, {})
