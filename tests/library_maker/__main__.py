"""Makes a library of many clips.

python3 -m tests.library_maker --clips 100000 FOLDER
"""

import argparse
import time
from pathlib import Path

from tests.library_maker.filling import Files, make_library


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests.library_maker",
        description="Makes a library of clips with words, ratings, tags, presses, jobs, charges, "
        "playlists, saved searches, judgements, and the waveforms of real songs.",
    )
    parser.add_argument("folder", type=Path, help="new or empty folder of the library")
    parser.add_argument("--clips", type=int, default=1_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, help="another one makes another library")
    parser.add_argument(
        "--files",
        type=Files,
        choices=list(Files),
        default=Files.NONE,
        help="none (rows alone, clips without sound); text (recipe.json and lyrics of each); sound "
        "(also sounds of three seconds: further names of eight files, so that they need no space "
        "and their checksums are right)",
    )
    wanted = parser.parse_args()
    if wanted.folder.exists() and any(wanted.folder.iterdir()):
        parser.error(f"{wanted.folder} is not empty.")
    began = time.monotonic()

    def say(count: int) -> None:
        if count % 50_000 < 20_000:
            print(f"{count:,} clips after {time.monotonic() - began:.0f} s", flush=True)

    made = make_library(wanted.folder, wanted.clips, wanted.files, wanted.seed, on_progress=say)
    size = sum(path.stat().st_size for path in wanted.folder.glob("library.db*"))
    print(
        f"{made.clips:,} clips of {made.presses:,} presses in {time.monotonic() - began:.0f} s; "
        f"database {size / 1e6:,.0f} MB, {size / max(1, made.clips):,.0f} bytes a clip."
    )


if __name__ == "__main__":
    main()
