"""`python3 -m tests.readers`: exported files as other people's programs read them, as a table.

Debian: apt install libimage-exiftool-perl mediainfo kid3-cli eyed3 flac ffmpeg
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.performance.table import say
from tests.readers.comparison import Comparison, compare
from tests.readers.files import KINDS, export_all
from tests.readers.programs import READERS
from tests.readers.songs import SONGS


def main() -> int:
    missing = [reader.name for reader in READERS if not reader.is_there]
    readers = [reader for reader in READERS if reader.is_there]
    cells: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="producer-studio-readers-") as folder:
        files = asyncio.run(export_all(SONGS, Path(folder)))
        for file in files:
            for reader in readers:
                if file.path.suffix not in reader.suffixes:
                    continue
                found = compare(reader, file)
                cells[reader.name, file.kind.name].append(found)
                for name, said in found.wrong.items():
                    print(f"{reader.name}, {file.kind.name}, {file.clip.title}: {name} is {said}")
                if not found.has_right_length:
                    print(f"{reader.name}, {file.path}: {found.difference_s:+.4f} s")
    heads = [kind.name for kind in KINDS]
    rows = [
        [reader.name, *(_cell(cells[reader.name, head]) for head in heads)] for reader in readers
    ]
    say("Fields that agree, and how far the length is from the true one", [["", *heads], *rows])
    if missing:
        print(f"Not installed: {', '.join(missing)}", file=sys.stderr)
    bad = any(one.wrong or not one.has_right_length for many in cells.values() for one in many)
    return 1 if bad or missing else 0


def _cell(found: list[Comparison]) -> str:
    if not found:
        return "-"
    agreed = sum(len(one.agreed) for one in found)
    excused = sum(len(one.excused) for one in found)
    asked = agreed + excused + sum(len(one.wrong) for one in found)
    longest = max((one.difference_s for one in found), key=abs)
    charset = f" ({excused} by charset)" if excused else ""
    return f"{agreed}/{asked}{charset} {longest:+.3f} s"


if __name__ == "__main__":
    sys.exit(main())
