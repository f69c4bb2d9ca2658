"""Costs that grow with the library: start, memory, counts, sort orders, bulk changes, disk.

The time from a key to the repainted page is in `search`.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from producer_studio.domain.library_change import ClipField, FieldEdit, TagChange
from producer_studio.library import clip_edits, clip_sql
from producer_studio.library.clip_listing import SmartList, SortOrder
from producer_studio.library.connection import connect, transaction
from producer_studio.library.fields import SORTS
from producer_studio.library.search import clip_search
from tests.library_maker.filling import make_library
from tests.performance.large_library import copy_database
from tests.performance.memory import hold
from tests.performance.programs import Programs
from tests.performance.start import BARE, READY
from tests.performance.table import median, say

_COUNTS = (1_000, 100_000)
_BULK = 10_000
_QUERIES = ("r", "rain", "lofi piano", "bpm:80..95", "loudness:>-14", "price:>10")


def measure(repeats: int, library: Path | None = None) -> None:
    for count in _COUNTS if library is None else (0,):
        with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
            folder = Path(scratch) / "home" / "library"
            if library is None:
                make_library(folder, count)
                measure_library(Path(scratch), count, min(repeats, 3))
            else:
                measure_library(Path(scratch), copy_database(library, folder), min(repeats, 3))


def measure_library(scratch: Path, count: int, repeats: int) -> None:
    """Measures the library in the home below a folder, which is changed."""
    programs = Programs(scratch)
    library = programs.home / "library"
    rows: list[list[object]] = [["", "value", "CPU ms"]]
    rows += _start(programs, repeats)
    pss, _, _ = hold(programs, ("-m", "producer_studio", "window"))
    rows.append(["memory at idle, PSS MiB", pss, ""])
    with closing(connect(library / "library.db", writes=True)) as db:
        rows += _queries(db)
        rows += _bulk(db, library)
        rows += _sizes(db, count)
    say(f"Library of {count:,} clips", rows)


def _start(programs: Programs, repeats: int) -> list[list[object]]:
    laps = {"bare window": BARE, "whole window": READY}
    programs.warm()
    rows: list[list[object]] = []
    cpus: list[float] = []
    for name, arguments in laps.items():
        runs = [
            programs.lap("painted" if name == "bare window" else "ready", *arguments)
            for _ in range(repeats)
        ]
        cpus.append(median([run.cpu_s for run in runs]))
        wall = median([run.wall_s for run in runs])
        rows.append([f"{name}, ms", round(wall * 1000), round(cpus[-1] * 1000)])
    rows.append(["whole / bare window, of CPU", f"{cpus[1] / cpus[0]:.2f}", ""])
    return rows


def _queries(db: sqlite3.Connection) -> list[list[object]]:
    rows: list[list[object]] = []
    everything = SmartList.ALL
    for query in _QUERIES:
        took = _timed(lambda: clip_search.count_clips(db, query, everything))  # noqa: B023 - called at once
        rows.append([f"count “{query}”", "", took])
    for name, sort in SORTS.items():
        order = SortOrder(name, sort.descending_first)
        took = _timed(lambda: clip_search.list_ids(db, "", order, everything))  # noqa: B023 - called at once
        rows.append([f"sort by {name}, all", "", took])
    return rows


def _bulk(db: sqlite3.Connection, library: Path) -> list[list[object]]:
    """Tags clips, takes that back, and adds copies of them; each is committed."""
    ids = clip_search.list_ids(db, "", SortOrder(), SmartList.ALL)[:_BULK]
    clips = [
        clip.with_changes(id=f"{clip.id}-copy", press=None, take=None)
        for clip in clip_sql.read_clips(db, library, ids)
    ]
    edits: list[FieldEdit] = []

    def tag() -> None:
        edits.extend(clip_edits.set_fields(db, ids, {ClipField.TAGS: TagChange(add=("measured",))}))

    def undo() -> None:
        back = [replace(edit, before=edit.after, after=edit.before) for edit in edits]
        clip_edits.apply_edits(db, back)

    rows: list[list[object]] = []
    for name, work in (
        ("tag", tag),
        ("undo tags of", undo),
        ("add", lambda: clip_sql.add_clips(db, library, clips)),
    ):
        took = _timed(lambda: _commit(db, work), 1)  # noqa: B023 - called at once
        rows.append(
            [f"{name} {len(ids):,}", f"{len(ids) / took * 1000:,.0f} a second of CPU", took]
        )
    return rows


def _commit(db: sqlite3.Connection, work: Callable[[], object]) -> None:
    with transaction(db):
        work()


def _sizes(db: sqlite3.Connection, count: int) -> list[list[object]]:
    sizes = db.execute(
        "SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name ORDER BY size DESC LIMIT 6"
    ).fetchall()
    return [
        [f"disk per clip: {row['name']}", f"{row['size'] / count:,.0f} bytes", ""] for row in sizes
    ]


def _timed(work: Callable[[], object], repeats: int = 3) -> float:
    """Returns the least CPU time of a call in ms."""
    least = float("inf")
    for _ in range(repeats):
        began = time.thread_time()
        work()
        least = min(least, time.thread_time() - began)
    return round(least * 1000, 1)
