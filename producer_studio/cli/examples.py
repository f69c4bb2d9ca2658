"""Examples at the end of the help of commands, which the manual page lists, too."""

from dataclasses import dataclass

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
        Example("Connect a service; its key is read from a file:",
                "accounts add mine --service musicapi \\\n    --key-stdin < key.txt"),
        Example("Generate two takes:",
                'generate --account mine --sound "slow felt piano" \\\n    --takes 2'),
        Example("Find the best of them:", 'library search "felt piano stars:>3"'),
        Example("Export one as a WAV file for mixing:",
                "export CLIP --format wav --bits 24 --to ~/Desktop"),
        Example("Continue jobs and downloads after a break:", "jobs resume"),
        Example("Open the window with a song in the compose form:", "window song.mp3"),
    ),
    "generate": (
        Example("Two takes, and their results as JSON:",
                'generate --account mine --sound "warm lofi" \\\n    --takes 2 --json'),
        Example("Show the request, and send nothing:",
                'generate --account mine --sound "warm lofi" --dry-run'),
        Example("With lyrics of a file:",
                'generate --account mine --sound "folk" \\\n    --lyrics-file song.txt'),
        Example("Extend a clip from its first minute on:",
                'generate --account mine --op extend --source CLIP \\\n'
                '    --from 60 --sound "add strings"'),
        Example("Repeat a press of the history, with new seeds:", "generate --again PRESS"),
        Example("Compare settings in one press, for at most 60 credits:",
                'generate --account mine --sound "warm lofi" \\\n'
                "    --sweep weirdness=0.2..0.8/4 --limit-credits 60"),
    ),
    "export": (
        Example("An MP3 file:", "export CLIP --format mp3 --to ~/Desktop"),
        Example("For a shop, with its checks, cover and provenance sheet:",
                "export CLIP --profile Release --to ~/Desktop"),
        Example("Several clips as one ZIP file:",
                "export CLIP CLIP --profile Share --with zip \\\n    --to ~/Desktop"),
        Example("Go on with exports that were interrupted:", "export --resume"),
    ),
    "library": (
        Example("Search:", 'library search "lofi bpm:80..95 stars:>3"'),
        Example("Rate and tag:", "library set CLIP CLIP --stars 4 \\\n    --tag +ep --tag -draft"),
        Example("Move a clip to the trash, and restore it:", "library trash CLIP"),
        Example("", "library trash CLIP --undo"),
        Example("Trim a clip; the result is a new one:", "library edit CLIP --trim 12 47.5"),
        Example("Copy songs that were made elsewhere into the library:",
                "library import ~/Music/made-elsewhere"),
        Example("Back up the database, and restore it:", "library backup"),
        Example("", "library restore"),
    ),
}  # fmt: skip
"""Examples by command; those of the program itself under the empty name."""


def examples_text(command: str = "", *, note: str = "") -> str:
    """Returns the examples of a command, to be the `epilog` of its help.

    Args:
        note: Sentence above them.

    Raises:
        KeyError: The command has none.
    """
    lines = ["\b", "Examples:"]
    for one in EXAMPLES[command]:
        if one.text:
            lines.append(f"  {one.text}")
        lines += [f"    {part}" for part in f"{PROGRAM} {one.line}".splitlines()]
    return "\n\n".join([note] * bool(note) + ["\n".join(lines)])
