"""Examples at the end of the help of commands, which the manual page lists, too."""

from collections.abc import Callable
from dataclasses import dataclass

from producer_studio.translation import mark

PROGRAM = "producer-studio"


@dataclass(frozen=True, slots=True)
class Example:
    """A command line, and what it does.

    Attributes:
        text: Sentence above the line; empty if it belongs to the one before.
        line: Without the program's name; may go on in further lines, as a shell takes them.
    """

    text: str
    line: str


EXAMPLES: dict[str, tuple[Example, ...]] = {
    "": (
        Example(mark("Connect a service; its key is read from a file:"),
                "accounts add mine --service musicapi \\\n    --key-stdin < key.txt"),
        Example(mark("Generate two takes:"),
                'generate --account mine --sound "slow felt piano" \\\n    --takes 2'),
        Example(mark("Find the best of them:"), 'library search "felt piano stars:>3"'),
        Example(mark("Export one as a WAV file for mixing:"),
                "export CLIP --format wav --bits 24 --to ~/Desktop"),
        Example(mark("Continue jobs and downloads after a break:"), "jobs resume"),
        Example(mark("Open the window with a song in the compose form:"), "window song.mp3"),
    ),
    "generate": (
        Example(mark("Two takes, and their results as JSON:"),
                'generate --account mine --sound "warm lofi" \\\n    --takes 2 --json'),
        Example(mark("Show the request, and send nothing:"),
                'generate --account mine --sound "warm lofi" --dry-run'),
        Example(mark("With lyrics of a file:"),
                'generate --account mine --sound "folk" \\\n    --lyrics-file song.txt'),
        Example(mark("Extend a clip from its first minute on:"),
                'generate --account mine --op extend --source CLIP \\\n'
                '    --from 60 --sound "add strings"'),
        Example(mark("Repeat a press of the history, with new seeds:"), "generate --again PRESS"),
        Example(mark("Compare settings in one press, for at most 60 credits:"),
                'generate --account mine --sound "warm lofi" \\\n'
                "    --sweep weirdness=0.2..0.8/4 --limit-credits 60"),
    ),
    "export": (
        Example(mark("An MP3 file:"), "export CLIP --format mp3 --to ~/Desktop"),
        Example(mark("For a shop, with its checks, cover and provenance sheet:"),
                "export CLIP --profile Release --to ~/Desktop"),
        Example(mark("Several clips as one ZIP file:"),
                "export CLIP CLIP --profile Share --with zip \\\n    --to ~/Desktop"),
        Example(mark("Go on with exports that were interrupted:"), "export --resume"),
    ),
    "library": (
        Example(mark("Search:"), 'library search "lofi bpm:80..95 stars:>3"'),
        Example(mark("Rate and tag:"),
                "library set CLIP CLIP --stars 4 \\\n    --tag +ep --tag -draft"),
        Example(mark("Move a clip to the trash, and restore it:"), "library trash CLIP"),
        Example("", "library trash CLIP --undo"),
        Example(mark("Trim a clip; the result is a new one:"), "library edit CLIP --trim 12 47.5"),
        Example(mark("Copy songs that were made elsewhere into the library:"),
                "library import ~/Music/made-elsewhere"),
        Example(mark("Back up the database, and restore it:"), "library backup"),
        Example("", "library restore"),
    ),
}  # fmt: skip
"""Examples by command; those of the program itself under the empty name."""


NOTES = {"": mark("Without a command, the window opens.")}
"""Sentences above the examples, by command."""


def examples_text(command: str = "", *, translate: Callable[[str], str] = str) -> str:
    """Returns the examples of a command, to be the `epilog` of its help.

    Args:
        translate: Translates the sentences; they are English without it.

    Raises:
        KeyError: The command has none.
    """
    note = translate(NOTES[command]) if command in NOTES else ""
    lines = ["\b", translate(mark("Examples:"))]
    for one in EXAMPLES[command]:
        if one.text:
            lines.append(f"  {translate(one.text)}")
        lines += [f"    {part}" for part in f"{PROGRAM} {one.line}".splitlines()]
    return "\n\n".join([note] * bool(note) + ["\n".join(lines)])
