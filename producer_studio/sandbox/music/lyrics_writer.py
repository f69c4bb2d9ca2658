"""Generator of lyrics about the theme of a prompt."""

import re

import numpy as np

from producer_studio.sandbox.music.seeded_random import choose, create_rng

# theme: (words that select it, images, places)
THEMES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "sea": (
        ("sea", "ocean", "wave", "sail", "ship", "harbour", "harbor", "beach", "tide", "island",
            "river", "storm", "rain"),
        ("the turning tide", "a paper sail", "the salt and foam", "a lantern's glow",
            "the western wind",
         "the harbour bell", "a silver wave", "the morning rain"),
        ("out past the pier", "along the shore", "beyond the bay", "beneath the waves",
            "across the sand"),
    ),
    "night": (
        ("night", "city", "neon", "street", "midnight", "moon", "star", "light", "dark", "club",
            "dance", "party", "drive"),
        ("the neon rain", "a taxi's light", "the midnight train", "a borrowed coat",
            "the rooftop moon",
         "the sleeping street", "a distant song", "the river lights"),
        ("down on the corner", "above the rooftops", "through empty stations", "across the city",
            "under the streetlights"),
    ),
    "love": (
        ("love", "heart", "kiss", "lover", "romance", "wedding", "together", "marry", "valentine",
            "darling"),
        ("your quiet smile", "a folded note", "the morning light", "your winter coat",
            "the kitchen floor",
         "a slow guitar", "the open door", "your steady hand"),
        ("beside the window", "in every doorway", "along the river", "under one blanket",
            "in this old kitchen"),
    ),
    "loss": (
        ("loss", "lost", "gone", "goodbye", "miss", "break", "broken", "sad", "lonely", "alone",
            "tears", "cry", "grief"),
        ("the empty chair", "a ticking clock", "your yellow scarf", "the letters left",
            "a fading song",
         "the silent phone", "the autumn leaves", "a cup of tea gone cold"),
        ("inside this hallway", "along the platform", "behind the curtains", "out in the garden",
            "at half past seven"),
    ),
    "road": (
        ("road", "home", "travel", "journey", "train", "car", "highway", "leave", "leaving",
            "freedom", "free", "run", "fly"),
        ("the old road signs", "a rusted gate", "the window seat", "a folded map",
            "the station clock",
         "the prairie wind", "a suitcase full", "the miles ahead"),
        ("beyond the border", "along the highway", "over the mountain", "outside the station",
            "past every milepost"),
    ),
    "fight": (
        ("fight", "rise", "strong", "win", "battle", "power", "fire", "war", "overcome",
            "challenge", "hero", "unstoppable"),
        ("the morning drum", "a burning sky", "the heavy chain", "an open fist", "the final bell",
         "the mountain side", "a rising flame", "the broken wall"),
        ("above the thunder", "against the current", "on every hilltop", "out of the ashes",
            "inside the fire"),
    ),
    "nature": (
        ("summer", "spring", "winter", "autumn", "forest", "tree", "flower", "sun", "mountain",
            "snow", "bird", "garden", "morning"),
        ("the early sun", "a blackbird's song", "the apple tree", "the meadow grass",
            "a thread of smoke",
         "the first warm rain", "the swallow's wing", "a field of gold"),
        ("beyond the orchard", "under the branches", "along the hedgerow", "across the valley",
            "beside the water"),
    ),
    "time": (
        ("time", "memory", "memories", "remember", "childhood", "young", "old", "dream", "friend",
            "yesterday", "tomorrow", "year"),
        ("the photograph", "a school-yard song", "the summer dust", "a name in chalk",
            "the garden swing",
         "my father's watch", "the attic stairs", "an open book"),
        ("back in the kitchen", "out on the playing field", "behind the old house",
            "in every picture", "along the lane"),
    ),
}  # fmt: skip
DEFAULT_THEME = "time"

# Four rhyming endings each: a verse pairs two of them, another verse the other two.
RHYMES: tuple[tuple[str, str, str, str], ...] = (
    ("all night", "out of sight", "burning bright", "into light"),
    ("on my own", "carved in stone", "like I've known", "coming home"),
    ("let it go", "soft and low", "long ago", "all I know"),
    ("come what may", "every day", "far away", "what they say"),
    ("in the air", "everywhere", "if you dare", "meet me there"),
    ("in the rain", "down the lane", "once again", "call my name"),
    ("over you", "shining through", "something new", "coming true"),
    ("in my mind", "left behind", "intertwined", "hard to find"),
)
VERSE_LINES = (
    "I saw {image} {place}, {end}",
    "We carried {image}, {end}",
    "There was {image} {place}, {end}",
    "I'm holding on to {image}, {end}",
    "Nobody told me the {subject} would feel this way, {end}",
    "You gave me {image}, {end}",
    "And all the {subject} we had was {end}",
    "I follow {image} {place}, {end}",
    "Tell me about {image}, {end}",
    "They can't take {image}, {end}",
    "I hear the {subject} {place}, {end}",
    "Still I remember {image}, {end}",
)
CHORUS_LINES: tuple[tuple[str, str, str, str], ...] = (
    ("Oh, {subject}, carry me over", "I'm not afraid of the fall", "Closer and closer and closer",
        "I want to live through it all"),
    ("This is the {subject} we came for", "Hold it as long as you can",
        "Nothing to hide or complain for", "Take me by heart and by hand"),
    ("Give me the {subject} again", "Give me the sound of the day", "I will be here at the end",
        "I will not let it all fade away"),
    ("We are the {subject} tonight", "We are the spark and the sound",
        "Hold me till morning is bright", "Lift me up off of the ground"),
    ("Only the {subject} remains", "Only the song in my chest", "Running like fire in my veins",
        "Never a moment of rest"),
)  # fmt: skip
SOUNDS: dict[str, tuple[str, ...]] = {
    "sea": (
        "gentle acoustic folk with fingerpicked guitar and soft strings, 92 bpm in D major",
        "dreamy ambient pop with warm pads and piano, 76 bpm in A minor",
    ),
    "night": (
        "driving synthwave with analog synths and female vocals, 104 bpm in A minor",
        "smooth house with warm bass and electric piano, 122 bpm in F minor",
    ),
    "love": (
        "warm soul with electric piano, organ and female vocals, 84 bpm in E minor",
        "tender piano ballad with strings, slow pop, 72 bpm in C major",
    ),
    "loss": (
        "sad piano ballad with cello and soft male vocals, slow, in C minor",
        "melancholic lofi with felt piano and vinyl crackle, 74 bpm in D minor",
    ),
    "road": (
        "bright folk rock with acoustic guitar and harmonica, 112 bpm in G major",
        "country folk with banjo and fiddle, upbeat, 118 bpm in D major",
    ),
    "fight": (
        "energetic rock anthem with distorted guitars and powerful male vocals, 136 bpm in E minor",
        "epic orchestral with choir, brass and thundering drums, 96 bpm in D minor",
    ),
    "nature": (
        "sunny acoustic folk with ukulele and flute, 108 bpm in C major",
        "uplifting pop with piano and strings, 100 bpm in G major",
    ),
    "time": (
        "nostalgic pop with piano and warm pads, 96 bpm in F major",
        "mellow lofi with electric piano and vinyl crackle, 80 bpm in F minor",
    ),
}


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
