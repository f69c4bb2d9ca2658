"""The list while another program works on the same library."""

import subprocess
import sys
from pathlib import Path

from producer_studio.domain.clip import Clip
from tests.ui.library.conftest import Listed, a_clip

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


def elsewhere(listed: Listed, what: str) -> None:
    """Runs a line of Python on the library in another process, to its end."""
    program = _PROGRAM.format(what=what)
    arguments = [sys.executable, "-c", program, str(listed.studio.clips.folder)]
    subprocess.run(arguments, check=True, timeout=60, cwd=Path(__file__).parents[3])


def test_what_another_program_adds_edits_and_removes_shows(listed: Listed) -> None:
    mine: list[Clip] = listed.add([a_clip("Mine")])
    listed.shows("Mine")
    listed.panel.select_clip(mine[0].id)
    listed.tasks.start("watch", listed.studio.external_changes.watch())
    elsewhere(
        listed,
        "await library.clips.add("
        "[Clip(id=ClipId('theirs'), title='Theirs', media=MediaState.NONE)])",
    )
    listed.shows("Theirs", "Mine")
    elsewhere(listed, "await library.clips.edit([ClipId('theirs')], {ClipField.TITLE: 'Renamed'})")
    listed.shows("Renamed", "Mine")
    elsewhere(listed, "await library.clips.trash([ClipId('theirs')])")
    listed.shows("Mine")
    assert listed.panel.selected_ids() == [mine[0].id]
