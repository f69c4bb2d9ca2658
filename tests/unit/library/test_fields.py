"""The declarations of fields agree with `Clip`, with the database and with one another."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import fields

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.library_change import ClipField
from producer_studio.library.field_spec import FieldSpec, Sort, SqlColumn
from producer_studio.library.fields import CLIP_FIELDS, LIST_COLUMNS, SORTS, STORED_FIELDS
from producer_studio.library.migrations import SCHEMA_VERSION, STEPS, add_columns
from producer_studio.library.number_types import Integer
from producer_studio.library.recovery.inspection import expected_schema

MADE_UP = FieldSpec(
    name="made_up",
    attribute="made_up",
    column=SqlColumn("clips", "made_up", Integer(), since=99),
    sort=Sort("c.made_up", descending_first=True),
)

RELEASED_SCHEMAS = {
    1: "891014e062933112",
    2: "e4cd65183056e1f3",
    3: "308c677e64e85d3c",
    4: "f479fe482421256c",
    5: "bcc5432e5628b553",
    6: "ba3dca3f83ed6c99",
    7: "b9481de7dcdb7c23",
    8: "2a07db03330c86cc",
}
"""Libraries of these versions exist: a changed declaration would make them look damaged."""


def new_database() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for step in STEPS:
        step(db)
    return db


def digest(version: int) -> str:
    return hashlib.sha256(repr(sorted(expected_schema(version))).encode()).hexdigest()[:16]


def test_every_column_is_declared_as_it_is() -> None:
    declared = {"clips": {"seq": ("INTEGER", False)}, "details": {"seq": ("INTEGER", False)}}
    declared["details"]["folder"] = ("TEXT", True)
    for spec in CLIP_FIELDS:
        if spec.column is not None:
            # A column that is computed from an unknown value is NULL.
            kind, *rest = spec.column.type.sql.split(maxsplit=1)
            declared[spec.column.table][spec.column.name] = (kind, rest == ["NOT NULL"])
    with closing(new_database()) as db:
        for table, columns in declared.items():
            found = db.execute(f"PRAGMA table_info({table})")
            assert {row[1]: (row[2], bool(row[3])) for row in found} == columns


def test_every_attribute_of_a_clip_is_stored_once() -> None:
    stored = [spec.attribute for spec, _ in STORED_FIELDS]
    own = {item.name for item in fields(Clip)} - {"measured"}
    measured = {f"measured.{item.name}" for item in fields(AudioMeasurements)}
    assert sorted(stored) == sorted(own | measured)


def test_every_edit_has_a_field() -> None:
    edited = [spec.edit for spec in CLIP_FIELDS if spec.edit is not None]
    assert sorted(edited) == sorted(ClipField)


@pytest.mark.parametrize(
    "names",
    [
        [spec.name for spec in CLIP_FIELDS],
        [spec.json for spec in CLIP_FIELDS if spec.json],
        [spec.detail.position for spec in CLIP_FIELDS if spec.detail is not None],
        [spec.fact.position for spec in CLIP_FIELDS if spec.fact is not None],
        [name for spec in CLIP_FIELDS if spec.search is not None for name in spec.search.names],
    ],
)
def test_names_and_positions_are_unique(names: list[str]) -> None:
    assert len(set(names)) == len(names)


def test_columns_and_sort_orders() -> None:
    assert [spec.heading for spec, column in LIST_COLUMNS if not column.is_optional] == [
        "Title", "Model", "BPM", "Key", "Length", "Rating", "Added",
    ]  # fmt: skip
    assert all(spec.sort is not None for spec, _ in LIST_COLUMNS)
    assert set(SORTS) == {spec.name for spec, _ in LIST_COLUMNS}
    assert set(SORTS) == {
        "title", "model", "seed", "take", "length", "rating", "added", "bpm", "key", "loudness",
        "true_peak", "plays", "price", "operation", "account", "artist", "album", "genre",
        "lyrics_strength", "sound_strength", "weirdness", "cover_strength", "from", "to", "preset",
    }  # fmt: skip


def test_released_schemas_stay_as_they_are() -> None:
    assert {version: digest(version) for version in range(1, len(STEPS) + 1)} == RELEASED_SCHEMAS


def test_no_column_is_newer_than_the_schema() -> None:
    versions = [spec.column.since for spec in CLIP_FIELDS if spec.column is not None]
    assert min(versions) >= 1
    assert max(versions) <= SCHEMA_VERSION


def test_a_declared_column_is_added_with_its_default_and_index() -> None:
    with closing(new_database()) as db:
        add_columns(db, 99, [*CLIP_FIELDS, MADE_UP])
        [added] = [row for row in db.execute("PRAGMA table_info(clips)") if row[1] == "made_up"]
        assert added[2:5] == ("INTEGER", 1, "0")
        plan = db.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM clips c WHERE c.trashed = 0 "
            "ORDER BY c.made_up DESC, c.seq DESC"
        ).fetchall()
        assert "clips_by_made_up" in plan[0][3]
        assert len(plan) == 1
