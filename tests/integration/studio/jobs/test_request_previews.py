"""Previews of requests by the studio: nothing is sent, and what is not known yet is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import NotAuthorised, RequestRejected
from producer_studio.domain.ids import AccountName, RemoteId, new_clip_id
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.jobs.request_previews import UNKNOWN_FILE_URL, UNKNOWN_SOURCE
from producer_studio.studio.studio import Studio
from tests.support.open_studio import open_studio

pytestmark = pytest.mark.anyio

NAMES = {
    Service.MUSICAPI: AccountName("musicapi"),
    Service.ACEDATA: AccountName("acedata"),
    Service.APIFRAME: AccountName("apiframe"),
}
SONG = Recipe(sound="calm ambient pads with soft piano, slow and dreamy, gentle strings behind")
"""Accounts have no key: a preview needs none, and no network."""


async def opened(home: Path) -> Studio:
    studio = await open_studio(home)
    for service, name in NAMES.items():
        await studio.accounts.add(name, service)
    return studio


async def test_a_request_is_previewed_without_a_key(tmp_path: Path) -> None:
    studio = await opened(tmp_path)
    try:
        song = SONG.with_changes(model="FUZZ-2.0 Pro")
        shown = await studio.previews.preview(song, NAMES[Service.APIFRAME], draws_seed=True)
        assert shown.url == "https://api.apiframe.ai/v2/music/generate"
        assert shown.headers["X-API-Key"] == "$PRODUCER_KEY"
        assert shown.headers["Idempotency-Key"] == "$PRODUCER_IDEMPOTENCY_KEY"
        assert ["seed" in note for note in shown.notes] == [True, False]
        locked = await studio.previews.preview(
            song.with_changes(seed="7"), NAMES[Service.APIFRAME], draws_seed=True
        )
        assert ["idempotency" in note for note in locked.notes] == [True]
        with pytest.raises(NotAuthorised):
            await studio.previews.preview(song, AccountName("nobody"))
    finally:
        await studio.close()


async def test_the_webhook_of_the_account_is_shown_without_its_secret(tmp_path: Path) -> None:
    studio = await opened(tmp_path)
    name = NAMES[Service.MUSICAPI]
    try:
        await studio.accounts.change(
            name, webhook_url="https://example.com/hook", webhook_secret="whsec-0123456789"
        )
        shown = await studio.previews.preview(SONG, name)
        assert shown.body["webhook_url"] == "https://example.com/hook"
        assert shown.body["webhook_secret"] == "$PRODUCER_WEBHOOK_SECRET"
        assert "whsec" not in str(shown)
    finally:
        await studio.close()


async def test_a_source_that_is_unknown_to_the_account(tmp_path: Path) -> None:
    studio = await opened(tmp_path)
    clip = Clip(
        id=new_clip_id(), title="Song", remote_id=RemoteId("there"), account=NAMES[Service.ACEDATA]
    )
    text = replace(clip, id=new_clip_id(), operation=Operation.LYRICS)
    cover = SONG.with_changes(operation=Operation.COVER, source=clip.id)
    try:
        await studio._library.clips.add([clip, text])
        known = await studio.previews.preview(cover, NAMES[Service.ACEDATA])
        assert (known.body["audio_id"], known.body["action"]) == ("there", "cover")
        assert known.notes == ()
        unknown = await studio.previews.preview(cover, NAMES[Service.MUSICAPI])
        assert unknown.body["clip_id"] == UNKNOWN_SOURCE
        assert UNKNOWN_SOURCE in unknown.notes[0]
        with pytest.raises(RequestRejected, match="no sound to upload"):
            await studio.previews.preview(
                cover.with_changes(source=text.id), NAMES[Service.MUSICAPI]
            )
        with pytest.raises(RequestRejected, match="no longer in the library"):
            await studio.previews.preview(
                cover.with_changes(source=new_clip_id()), NAMES[Service.MUSICAPI]
            )
    finally:
        await studio.close()


async def test_the_address_of_a_local_file_is_not_known_yet(tmp_path: Path) -> None:
    studio = await opened(tmp_path)
    upload = Recipe(operation=Operation.UPLOAD, audio_file=str(tmp_path / "song.wav"))
    try:
        # Without a key nobody knows yet whether there is a place for the file.
        shown = await studio.previews.preview(upload, NAMES[Service.MUSICAPI])
        assert shown.body == {"audio_url": UNKNOWN_FILE_URL}
        assert UNKNOWN_FILE_URL in shown.notes[0]
    finally:
        await studio.close()
