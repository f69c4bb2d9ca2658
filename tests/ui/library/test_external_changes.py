"""The list while another program works on the same library."""

import subprocess
import sys
from pathlib import Path

from producer_studio.domain.clip import Clip
from tests.ui.library.conftest import ListBench, a_clip

_PROGRAM = """
import asyncio, sys
from pathlib import Path
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.library import Library

async def work():
    library = await Library.open(Path(sys.argv[1]))
    {what}
    await library.close()

asyncio.run(work())
"""


def elsewhere(list_bench: ListBench, what: str) -> None:
    """Runs a line of Python on the library in another process, to its end."""
    program = _PROGRAM.format(what=what)
    arguments = [sys.executable, "-c", program, str(list_bench.studio.clips.folder)]
    subprocess.run(arguments, check=True, timeout=60, cwd=Path(__file__).parents[3])


def test_what_another_program_adds_edits_and_removes_shows(list_bench: ListBench) -> None:
    mine: list[Clip] = list_bench.add([a_clip("Mine")])
    list_bench.shows("Mine")
    list_bench.panel.select_clip(mine[0].id)
    list_bench.tasks.start("watch", list_bench.studio.external_changes.watch())
    elsewhere(
        list_bench,
        "await library.clips.add("
        "[Clip(id=ClipId('theirs'), title='Theirs', media=MediaState.NONE)])",
    )
    list_bench.shows("Theirs", "Mine")
    elsewhere(
        list_bench, "await library.clips.edit([ClipId('theirs')], {ClipField.TITLE: 'Renamed'})"
    )
    list_bench.shows("Renamed", "Mine")
    elsewhere(list_bench, "await library.clips.trash([ClipId('theirs')])")
    list_bench.shows("Mine")
    assert list_bench.panel.selected_ids() == [mine[0].id]
    list_bench.tasks.cancel("watch")
