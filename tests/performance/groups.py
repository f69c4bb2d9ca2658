"""Lists of 100,000 clips in groups of takes against lists without groups."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip_list import ClipList
from producer_studio.library.clip_listing import SmartList, SortOrder
from producer_studio.library.connection import connect
from producer_studio.library.search import clip_search
from producer_studio.ui.library.clip_table import ClipTable
from tests.performance.large_library import fill_rows
from tests.performance.table import median, say

_CLIPS = 100_000
_PAGE = 200
_OPEN = 200


def measure(repeats: int) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        folder = Path(scratch)
        fill_rows(folder, _CLIPS)
        with closing(connect(folder / "library.db")) as db:
            sort, smart = SortOrder(), SmartList.ALL
            page = clip_search.read_page(db, "", sort, smart, _PAGE, None)
            queries = [
                ("page", lambda: clip_search.read_page(db, "", sort, smart, _PAGE, None)),
                ("its groups", lambda: clip_search.group_page(db, page, smart)),
                ("whole list without groups", lambda: clip_search.list_ids(db, "", sort, smart)),
                ("whole list with groups", lambda: clip_search.list_groups(db, sort, smart)),
            ]
            rows = [_row(name, "a thread of the database", work, repeats) for name, work in queries]
            listed = clip_search.list_groups(db, sort, smart)
            flat = ClipList(clip_search.list_ids(db, "", sort, smart))
    rows += _table_rows(listed, flat, repeats)
    say(
        f"{_CLIPS} clips in {len(listed.groups)} groups (aim: no more than 16 ms at the window)",
        [["", "thread", "ms", "CPU ms"], *rows],
    )
    app.processEvents()


def _table_rows(listed: ClipList, flat: ClipList, repeats: int) -> list[list[object]]:
    table = ClipTable()
    other = listed.without({listed.groups[listed.rows[1]][0]})
    gone = listed.groups[listed.rows[-2]][0]
    group = listed.rows[len(listed.rows) // 2]
    keys = list(listed.groups)[:: max(1, len(listed.groups) // _OPEN)][:_OPEN]

    def show_again(lists: tuple[ClipList, ClipList]) -> None:
        for one in lists:
            table.set_list(one)

    def toggle() -> None:
        table.set_open(group, is_open=group not in table.open_groups)

    def open_many() -> None:
        for key in keys:
            table.open_groups.set_open(key, is_open=True)

    work: list[tuple[str, Callable[[], object]]] = [
        ("show without groups, then with", lambda: show_again((flat, listed))),
        ("one take less, and again", lambda: show_again((other, listed))),
        ("open or close a group", toggle),
        ("remove a clip", lambda: listed.without({gone})),
        ("find a clip's group", lambda: listed.find_group(gone)),
        ("clips of a selection of all", lambda: table.clips_of(table.ids)),
    ]
    rows = [_row(name, "window", one, repeats) for name, one in work]
    open_many()
    rows.append(
        _row(f"the same with {_OPEN} open groups", "window", work[1][1], repeats),
    )
    rows.append(_row(f"toggle with {_OPEN} open groups", "window", toggle, repeats))
    return rows


def _row(name: str, thread: str, work: Callable[[], object], repeats: int) -> list[object]:
    walls: list[float] = []
    computed: list[float] = []
    for _ in range(repeats):
        begun, cpu = time.perf_counter(), time.thread_time()
        work()
        walls.append(1000 * (time.perf_counter() - begun))
        computed.append(1000 * (time.thread_time() - cpu))
    return [name, thread, median(walls), median(computed)]
