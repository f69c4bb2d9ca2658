"""Generator of lyrics about the theme of a prompt."""

import re

import numpy as np

from producer_studio.sandbox.music.lyrics_material import (
    CHORUS_LINES,
    DEFAULT_THEME,
    RHYMES,
    SOUNDS,
    THEMES,
    VERSE_LINES,
)
from producer_studio.sandbox.music.seeded_random import choose, create_rng

_STOP_WORDS = re.compile(
    "a an the and or of in on at to for with about from by my your our their his her its song "
    "songs write lyrics music track that this is are be some me i we you it make like how what "
    "when where who please want".replace(" ", "|")
)


def write_lyrics(prompt: str, seed: str) -> dict[str, str]:
    """Writes lyrics with [Verse], [Chorus] and [Bridge] about the topic of a prompt.

    Args:
        prompt: Free English text.

    Returns:
        "title", "lyrics" and "sound" (a matching prompt); determined by prompt and seed.
    """
    rng = create_rng("lyrics", prompt, seed)
    theme = _choose_theme(prompt)
    subject = _choose_subject(prompt, theme, rng)
    images = [str(word) for word in rng.permutation(np.array(THEMES[theme][1]))]
    places = [str(word) for word in rng.permutation(np.array(THEMES[theme][2]))]
    rhymes = [RHYMES[int(number)] for number in rng.permutation(len(RHYMES))]
    verse_frames = [VERSE_LINES[int(number)] for number in rng.permutation(len(VERSE_LINES))]
    fill = {"subject": subject}

    def verse(number: int) -> str:
        lines = []
        for line in range(4):
            frame = verse_frames[(number * 4 + line) % len(verse_frames)]
            family = rhymes[(number * 2 + line // 2) % len(rhymes)]
            words = frame.format(
                image=images[(number * 4 + line) % len(images)],
                place=places[(number * 3 + line) % len(places)],
                end=family[line % 2 + 2 * (number % 2)],
                **fill,
            )
            lines.append(_capitalize(words))
        return "\n".join(lines)

    hook = choose(rng, CHORUS_LINES)
    chorus = "\n".join(
        _capitalize(line.format(image=images[-1], place=places[-1], **fill)) for line in hook
    )
    bridge = verse(2).split("\n")[:2]
    sections = (
        f"[Verse 1]\n{verse(0)}", f"[Chorus]\n{chorus}", f"[Verse 2]\n{verse(1)}",
            f"[Chorus]\n{chorus}",
        "[Bridge]\n" + "\n".join([*bridge, *bridge[:1]]), f"[Chorus]\n{chorus}",
    )  # fmt: skip
    return {
        "title": _choose_title(subject, hook[0], rng),
        "lyrics": "\n\n".join(sections),
        "sound": _choose_sound(prompt, theme, rng),
    }


def _choose_theme(prompt: str) -> str:
    lower = prompt.lower()
    scores = {
        name: sum(bool(re.search(rf"\b{re.escape(word)}", lower)) for word in keywords)
        for name, (keywords, _, _) in THEMES.items()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else DEFAULT_THEME


def _choose_subject(prompt: str, theme: str, rng: np.random.Generator) -> str:
    """Chooses the song's subject: a theme word of the prompt, else its last plain word."""
    words = [
        word
        for word in map(str, re.findall(r"[a-z][a-z'-]+", prompt.lower()))
        if not _STOP_WORDS.fullmatch(word) and len(word) > 2
    ]
    keywords = THEMES[theme][0]
    for word in words:
        if any(word.startswith(keyword) for keyword in keywords):
            return word
    return words[-1] if words else str(rng.choice(THEMES[theme][1])).split()[-1]


def _capitalize(line: str) -> str:
    return line[:1].upper() + line[1:]


def _choose_title(subject: str, hook: str, rng: np.random.Generator) -> str:
    frames = (
        "{0}",
        "The {0} and the Light",
        "Closer to the {0}",
        "All My {0}",
        "{0} at Midnight",
        "Back to the {0}",
    )
    if rng.random() < 0.3:
        return hook.format(subject=subject, image="", place="").strip(" ,").title()[:60]
    return str(choose(rng, frames)).format(subject.title())[:60]


def _choose_sound(prompt: str, theme: str, rng: np.random.Generator) -> str:
    styles = (
        "pop",
        "rock",
        "jazz",
        "folk",
        "lofi",
        "ambient",
        "soul",
        "reggae",
        "house",
        "metal",
        "country",
        "synthwave",
    )
    asked = next((style for style in styles if re.search(rf"\b{style}\b", prompt.lower())), "")
    sound = choose(rng, SOUNDS[theme])
    return f"{asked}, {sound}" if asked and asked not in sound else sound
