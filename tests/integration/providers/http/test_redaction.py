"""A service that quotes secrets learns that nobody keeps them."""

import base64
import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.redaction import REDACTED, SecretRedactor
from producer_studio.providers.registry import ProviderProfile, create_provider, list_profiles

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]

KEY = 'sk-Zu/gar\\ten "7" \u00fc\U0001f511'
PLAIN_KEY = "sk-0815-plain-and-long"
TOKEN = "platform-token-4711"
SECRET = "whsec-2342-of-the-hooks"
DIALECTS = [one for one in list_profiles() if one.service is not Service.DEMO]
ACCOUNT = AccountName("mine")


@pytest.mark.parametrize("before", [0, 128 * 1024 - 9, 128 * 1024, 300_000])
def test_a_secret_is_found_wherever_it_stands_in_a_long_body(before: int) -> None:
    body = b"x" * before + PLAIN_KEY.encode() + b"y" * 200_000 + PLAIN_KEY.encode()
    expected = b"x" * before + REDACTED.encode() + b"y" * 200_000 + REDACTED.encode()
    assert SecretRedactor([PLAIN_KEY]).redact_bytes(body) == expected


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_secret_is_found_however_json_writes_it(ascii_only: bool) -> None:
    body = {"message": f"Bearer {KEY} is wrong", "deep": [{KEY: KEY}]}
    blanked = SecretRedactor([KEY]).redact_bytes(json.dumps(body, ensure_ascii=ascii_only).encode())
    assert json.loads(blanked) == {
        "message": f"Bearer {REDACTED} is wrong",
        "deep": [{REDACTED: REDACTED}],
    }


def test_signs_that_need_no_escape_may_have_one() -> None:
    escaped = "".join(f"\\u{ord(sign):04x}" for sign in PLAIN_KEY)
    shouted = "".join(f"%{ord(sign):02X}" for sign in PLAIN_KEY)
    blanked = SecretRedactor([PLAIN_KEY]).redact(f'["{escaped}", "https://x.example/?k={shouted}"]')
    assert json.loads(blanked) == [REDACTED, f"https://x.example/?k={REDACTED}"]


def test_a_quoted_request_loses_its_secret_by_name() -> None:
    """Whatever it was at the time, and though it may be a word of the answer."""
    request = {"webhook_secret": 'a "b"', "webhook_url": "https://x.example"}
    body = {"request": json.dumps(request), "webhookSecret": "success", "message": "success"}
    blanked = json.loads(
        SecretRedactor(["success", "short"]).redact_bytes(json.dumps(body).encode())
    )
    assert (blanked["message"], blanked["webhookSecret"]) == ("success", REDACTED)
    assert '\\"b' not in blanked["request"]
    assert blanked["request"].endswith('"https://x.example"}')


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"{" * 5000, b"webhook_secret" * 500])
def test_whatever_comes_is_looked_through(body: bytes) -> None:
    assert SecretRedactor([KEY, SECRET]).redact_bytes(body) == body


@pytest.mark.parametrize("profile", DIALECTS, ids=lambda one: one.name)
async def test_no_fault_and_no_answer_of_any_dialect_quotes_a_secret(
    profile: ProviderProfile,
    serving: Serving,
    answer: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    quoted = f"{PLAIN_KEY} {TOKEN} {SECRET}"
    song = {"task_id": quoted, "id": quoted, "jobId": quoted, "title": quoted, "message": quoted}
    bodies = [
        answer(400, json.dumps({"error": {"code": "bad_request", "message": quoted}}).encode()),
        answer(400, json.dumps({"error": quoted, "details": [{"field": quoted}]}).encode()),
        answer(401, quoted.encode(), x_request_id=quoted),
        answer(403, json.dumps({"message": quoted, "trace_id": quoted}).encode()),
        answer(500, f"<html>{quoted}".encode()),
        answer(200, quoted.encode()),
        answer(200, json.dumps(song | {"success": True, "data": [song]}).encode()),
        answer(200, b"not zipped " + quoted.encode(), content_encoding="gzip"),
        f"HTTP/1.1 {quoted}\r\n\r\n".encode(),
        f"{quoted}\r\n\r\n".encode(),
        f"HTTP/1.1 200 OK\r\n{quoted}\r\n\r\n".encode(),
    ]
    recipe = Recipe(sound="slow piano under a wide and quiet sky", model="")
    webhook = WebhookTarget("https://x.example/hook", SECRET)
    told: list[str] = []
    for body in bodies:
        async with serving(body) as server:
            account = Account(
                name=ACCOUNT, service=profile.service, profile=profile.name, base_url=server.url,
                platform_url=server.url,
            )  # fmt: skip
            provider = create_provider(
                account, PLAIN_KEY, platform_token=TOKEN, webhook_secret=SECRET
            )
            fit = recipe.with_changes(model=provider.capabilities().default_model)
            asked = [
                provider.submit(fit, idempotency_key="k" * 8, webhook=webhook),
                provider.poll(TaskId("task-1"), fit),
                provider.fetch_balance(),
            ]
            for coming in asked:
                try:
                    told.append(repr(await coming))
                except ServiceError as fault:
                    told += [repr(fault.to_record()), repr(fault.raw)]
            await provider.close()
    assert len(told) >= len(bodies) * 3
    text = "\n".join([*told, caplog.text])
    assert REDACTED in text
    assert not [line for line in text.splitlines() if _quotes(line)]


def _quotes(text: str) -> bool:
    return any(one in text for one in (PLAIN_KEY, TOKEN, SECRET))


async def test_what_is_too_large_is_blanked_before_it_is_cut(
    serving: Serving, answer: Build
) -> None:
    body = PLAIN_KEY.encode() * (9 * 1024 * 1024 // len(PLAIN_KEY))
    async with serving(answer(200, body)) as server:
        wire = ApiClient(server.url, {"X-API-Key": PLAIN_KEY}, service="Apiframe")
        with pytest.raises(ServiceError) as caught:
            await wire.request("GET", "/v2/me")
        await wire.close()
    assert caught.value.raw
    assert PLAIN_KEY.encode() not in caught.value.raw


def test_what_signs_reports_is_no_text_of_an_answer() -> None:
    """The signature is not the secret, and goes through untouched."""
    digest = hashlib.sha256(PLAIN_KEY.encode()).digest()
    signs = f"{digest.hex()} {base64.b64encode(digest).decode()}"
    assert SecretRedactor([PLAIN_KEY]).redact(signs) == signs
