"""Recipes of the songs that the tour creates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoSong:
    title: str
    sound: str
    model: str
    lyrics: str = ""
    seed: str = ""


MAIN_SONG = DemoSong(
    "Paper Lanterns",
    "warm lofi hip hop with soft felt piano, dusty vinyl crackle, upright bass and brushed drums, "
    "84 bpm in F minor, late and unhurried",
    "FUZZ-2.0 Pro",
    "[Verse 1]\n"
    "Paper lanterns on the river\n"
    "Every one a name I knew\n"
    "Let the water take the letters\n"
    "That I never sent to you\n"
    "\n"
    "[Chorus]\n"
    "Float on, float on\n"
    "The night is wide and slow\n"
    "Float on, float on\n"
    "I am learning letting go\n"
    "\n"
    "[Verse 2]\n"
    "Someone hums across the harbour\n"
    "Windows turning gold to grey\n"
    "I will walk until the morning\n"
    "Finds the words I meant to say\n",
    "3966900172",
)

OTHER_SONGS = (
    DemoSong(
        "Glasshouse",
        "dreamy synthwave with analog arpeggios, gated drums and a wide pulsing bass, nostalgic "
        "neon mood, 104 bpm in A minor",
        "FUZZ-2.0",
        seed="1984",
    ),
    DemoSong(
        "Hollow Pines",
        "intimate folk ballad with fingerpicked acoustic guitar, gentle strings and a soft close "
        "voice, calm and hopeful, 92 bpm in G major",
        "FUZZ-1.1 Pro",
        "[Verse]\n"
        "Hollow pines along the ridge\n"
        "Hold the weather in their hands\n"
        "I came looking for a bridge\n"
        "Found a map of other lands\n"
        "\n"
        "[Chorus]\n"
        "Bring me down to where the valley sings\n"
        "Leave the lamp on, leave the little things\n",
        "31",
    ),
    DemoSong(
        "Night Ferry",
        "smooth jazz trio with brushed drums, walking upright bass and late saxophone over soft "
        "piano chords, relaxed swing, 118 bpm in Bb major",
        "FUZZ-2.0",
        seed="77",
    ),
    DemoSong(
        "Iron Season",
        "driving rock with distorted electric guitars, heavy bass and thundering drums, powerful "
        "and defiant, 142 bpm in E minor",
        "FUZZ-2.0 Raw",
        "[Verse]\n"
        "Rust upon the railway line\n"
        "Fire in the foundry yard\n"
        "Tell the years that they were mine\n"
        "Tell the winter I was hard\n"
        "\n"
        "[Chorus]\n"
        "Iron season, hold your ground\n"
        "Iron season, make it loud\n",
        "142",
    ),
    DemoSong(
        "First Snow on Strings",
        "cinematic orchestral score with soaring strings, warm brass and deep timpani, slow build "
        "and a tender ending, 76 bpm in D major",
        "FUZZ-1.0 Pro",
        seed="505",
    ),
)
