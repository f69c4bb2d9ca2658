"""Musical keys as the user's language names them; stored, searched and exported they are English.

German has other names for some: "Bb major" is B-Dur, and "B minor" h-Moll.
"""

from producer_studio.domain.musical_key import normalise_key
from producer_studio.translation import pmark, tr

_TEXTS = {
    str(text): text
    for text in (
        pmark("music", "C major"), pmark("music", "C minor"),
        pmark("music", "C# major"), pmark("music", "C# minor"),
        pmark("music", "Db major"), pmark("music", "Db minor"),
        pmark("music", "D major"), pmark("music", "D minor"),
        pmark("music", "D# major"), pmark("music", "D# minor"),
        pmark("music", "Eb major"), pmark("music", "Eb minor"),
        pmark("music", "E major"), pmark("music", "E minor"),
        pmark("music", "F major"), pmark("music", "F minor"),
        pmark("music", "F# major"), pmark("music", "F# minor"),
        pmark("music", "Gb major"), pmark("music", "Gb minor"),
        pmark("music", "G major"), pmark("music", "G minor"),
        pmark("music", "G# major"), pmark("music", "G# minor"),
        pmark("music", "Ab major"), pmark("music", "Ab minor"),
        pmark("music", "A major"), pmark("music", "A minor"),
        pmark("music", "A# major"), pmark("music", "A# minor"),
        pmark("music", "Bb major"), pmark("music", "Bb minor"),
        pmark("music", "B major"), pmark("music", "B minor"),
    )
}  # fmt: skip


def key_text(key: str) -> str:
    """Returns a key as a text that can be translated; another text as it is."""
    return _TEXTS.get(normalise_key(key), key)


def parse_key(text: str) -> str:
    """Returns the stored spelling of a key that was typed as it is shown, or in English.

    Empty when the text is not a key.
    """
    typed = _letters(text)
    shown = (key for key, name in _TEXTS.items() if _letters(tr(name)) == typed)
    return next(shown, "") or normalise_key(text)


def _letters(text: str) -> str:
    return "".join(text.split()).replace("-", "").casefold()
