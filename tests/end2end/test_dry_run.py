"""What `generate --dry-run` shows is what the service gets, by a line that the window copies."""

import json
import shlex
from typing import Any

import pytest

from producer_studio.domain.generate_command import generate_command
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from tests.end2end.conftest import SHORT_SONG
from tests.support.command_assertions import check_sentence
from tests.support.program import KEY, Program
from tests.support.sandbox_process import SandboxProcess

TEST = AccountName("test")
SONG = Recipe(
    sound=SHORT_SONG[1], lyrics=f"{SHORT_SONG[3]}\nIt's the “last” line, $HOME", title="Dry",
    seed="41", lyrics_strength=0.4, sound_strength=0.6, weirdness=0.0,
    cover_url="https://example.com/a.jpg",
)  # fmt: skip


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.EXTEND])
def test_the_line_sends_the_body_that_was_shown(
    musician: Program, calm: SandboxProcess, song: dict[str, Any], operation: Operation
) -> None:
    recipe = SONG.with_changes(operation=operation)
    if operation.needs_source:
        recipe = recipe.with_changes(source=ClipId(song["id"]), starts_at_s=2.5)
    words = shlex.split(generate_command(recipe, TEST, 2))[1:]
    asked, queued = len(calm.requests("POST", "/create")), len(musician.jobs())
    shown = musician.run(*words, "--dry-run")
    assert shown.code == 0, shown.stderr
    assert len(calm.requests("POST", "/create")) == asked
    assert len(musician.jobs()) == queued
    assert KEY not in json.dumps(shown.lines)
    assert {line["headers"]["Authorization"] for line in shown.lines} == {"Bearer $PRODUCER_KEY"}
    ended = musician.run(*words, "--no-wait")
    assert ended.code == 0, ended.stderr
    sent = calm.requests("POST", "/create")[asked:]
    assert {line["url"] for line in shown.lines} == {f"{calm.url}{one['path']}" for one in sent}
    by_seed = {line["body"]["seed"]: line["body"] for line in shown.lines}
    assert {one["body"]["seed"]: one["body"] for one in sent} == by_seed
    assert by_seed.keys() == {"41", "42"}


def test_a_request_that_would_not_be_sent_is_refused(
    musician: Program, calm: SandboxProcess
) -> None:
    refused = musician.run("generate", "--account", "test", "--dry-run", "--sound", "test")
    check_sentence(refused, code=2, words="placeholder")
    assert calm.requests("POST", "/create") == []
