"""Fixtures for tests of the library: one in a temporary folder, clips, a database."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, new_clip_id
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library
from producer_studio.library.connection import connect
from producer_studio.library.migrations import migrate
from tests.support.empty_library import place_empty_library

START = datetime(2026, 2, 1, 12, tzinfo=UTC)

MakeClip = Callable[..., Clip]

VERSION_1 = Path(__file__).with_name("version_1.db")
"""Database of the first version of the schema, with clips and jobs."""


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    place_empty_library(tmp_path / "library")
    library = await Library.open(tmp_path / "library")
    yield library
    await library.close()


@pytest.fixture
def make_clip() -> MakeClip:
    """Clips a minute apart, each newer than the last."""
    made = 0

    def make(title: str = "Night rain", **fields: Any) -> Clip:
        nonlocal made
        made += 1
        moment = START + timedelta(minutes=made)
        values: dict[str, Any] = {
            "title": title,
            "sound": "warm lofi piano",
            "account": AccountName("demo"),
            "recipe": Recipe(title=title, sound="warm lofi piano"),
            "created_at": moment,
            "added_at": moment,
        }
        return Clip(id=new_clip_id(), **values | fields)

    return make


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A catalogue without its library."""
    with closing(connect(tmp_path / "alone.db", writes=True)) as db:
        migrate(db, tmp_path / "backups")
        yield db
