"""Which reports are believed. The signatures here are made by hand from services.md."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.providers.webhooks.verification import (
    MAX_REMEMBERED_REPORTS,
    ApiKeyVerifier,
    InvalidWebhook,
    TimestampedVerifier,
    UnsignedVerifier,
    UntrustedWebhook,
    WebhookEvent,
    WebhookVerifier,
)

NOW = 1_780_000_000.0
SECRET = "s\u00e9cret"
KEY = "afk_0123"
DONE = json.dumps({"code": 200, "task_id": "t-1", "data": [{"clip_id": "c"}]}).encode()


def signed(body: bytes = DONE, *, at: object = int(NOW), secret: str = SECRET, **more: str) -> Any:
    text = f"{at}".encode() + b"." + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {
        "x-webhook-signature": f"sha256={digest}",
        "x-webhook-timestamp": f"{at}",
        "x-webhook-id": "e-1",
        "x-webhook-event": "song.completed",
    } | {name.replace("_", "-"): value for name, value in more.items()}


def framed(body: bytes, key: str = KEY) -> dict[str, str]:
    raw_key = hashlib.sha256(key.encode()).digest()
    digest = hmac.new(raw_key, body, hashlib.sha256).hexdigest()
    return {"x-webhook-signature": f"sha256={digest}", "x-webhook-event": "completed"}


def test_a_known_signature() -> None:
    # Worked out once with another program (openssl dgst -sha256 -hmac).
    headers = {
        "x-webhook-timestamp": "1700000000",
        "x-webhook-signature": "sha256="
        "4172a643498409c2dfdfa5b2ac89fcbe89e92bfa98f4cc90edec37616e68b831",
    }
    found = TimestampedVerifier("topsecret").verify(headers, b'{"task_id":"t-9"}', 1_700_000_000)
    assert found == WebhookEvent("t-9")
    headers = {
        "x-webhook-signature": "sha256="
        "5e471a91923c3afac8228ff136195a963547732e62d509a7ad9eb001101a8f10"
    }
    found = ApiKeyVerifier("afk_key").verify(headers, b'{"jobId":"j-9"}', 0)
    assert found == WebhookEvent("j-9")


def test_a_genuine_report() -> None:
    found = TimestampedVerifier(SECRET).verify(signed(), DONE, NOW)
    assert found == WebhookEvent("t-1", "song.completed")


def test_a_report_that_names_no_task_may_be_about_any() -> None:
    body = b'{"code":200,"data":[{"clip_id":"c"}],"message":"success"}'
    headers = signed(body)
    del headers["x-webhook-event"]
    assert TimestampedVerifier(SECRET).verify(headers, body, NOW) == WebhookEvent(None, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"x_webhook_signature": ""},
        {"x_webhook_signature": "sha256="},
        {"x_webhook_signature": "sha256=" + "0" * 64},
        {"x_webhook_signature": "sha256=\u00e9\ud800"},
        {"x_webhook_timestamp": str(int(NOW) + 1)},
        {"x_webhook_timestamp": ""},
    ],
)
def test_a_forged_report_is_not_believed(changes: dict[str, str]) -> None:
    with pytest.raises(UntrustedWebhook):
        TimestampedVerifier(SECRET).verify(signed(**changes), DONE, NOW)


def test_another_secret_or_another_body() -> None:
    verifier = TimestampedVerifier(SECRET)
    with pytest.raises(UntrustedWebhook):
        verifier.verify(signed(secret="other"), DONE, NOW)
    with pytest.raises(UntrustedWebhook):
        verifier.verify(signed(), DONE + b" ", NOW)
    # The same JSON written otherwise is another body: the raw bytes count.
    with pytest.raises(UntrustedWebhook):
        verifier.verify(signed(), json.dumps(json.loads(DONE), indent=1).encode(), NOW)


@pytest.mark.parametrize("off", [-301, 301, 10**9])
def test_a_stale_report_is_not_believed(off: int) -> None:
    with pytest.raises(UntrustedWebhook, match="too old"):
        TimestampedVerifier(SECRET).verify(signed(at=int(NOW) + off), DONE, NOW)


@pytest.mark.parametrize("off", [-300, 0, 300])
def test_clocks_may_differ_a_little(off: int) -> None:
    assert TimestampedVerifier(SECRET).verify(signed(at=int(NOW) + off), DONE, NOW)


@pytest.mark.parametrize("at", ["now", "1.78e9", "-1", "\u0661", "9" * 400, " 1780000000"])
def test_a_time_that_is_none(at: str) -> None:
    with pytest.raises(UntrustedWebhook):
        TimestampedVerifier(SECRET).verify(signed(at=at), DONE, NOW)


def test_a_repetition_says_nothing_new() -> None:
    verifier = TimestampedVerifier(SECRET)
    assert verifier.verify(signed(), DONE, NOW)
    assert verifier.verify(signed(at=int(NOW) + 5), DONE, NOW) is None
    assert verifier.verify(signed(x_webhook_id="e-2"), DONE, NOW)
    other = signed(x_webhook_id="", idempotency_key="e-3")
    assert verifier.verify(other, DONE, NOW)
    assert verifier.verify(other, DONE, NOW) is None


def test_a_forged_report_does_not_make_the_genuine_one_a_repetition() -> None:
    verifier = TimestampedVerifier(SECRET)
    with pytest.raises(UntrustedWebhook):
        verifier.verify(signed(secret="other"), DONE, NOW)
    assert verifier.verify(signed(), DONE, NOW)


def test_old_reports_are_forgotten() -> None:
    verifier = TimestampedVerifier(SECRET)
    for number in range(MAX_REMEMBERED_REPORTS + 1):
        assert verifier.verify(signed(x_webhook_id=f"n-{number}"), DONE, NOW)
    assert len(verifier._recent_reports._marks) == MAX_REMEMBERED_REPORTS
    assert verifier.verify(signed(x_webhook_id="n-0"), DONE, NOW)
    assert verifier.verify(signed(x_webhook_id=f"n-{MAX_REMEMBERED_REPORTS}"), DONE, NOW) is None


def test_apiframe_signs_with_a_hash_of_the_key() -> None:
    verifier = ApiKeyVerifier(KEY)
    body = b'{"event":"completed","jobId":"j-1","status":"COMPLETED"}'
    assert verifier.verify(framed(body), body, NOW) == WebhookEvent("j-1", "completed")
    assert verifier.verify(framed(body), body, NOW) is None
    for headers in (framed(body, "afk_other"), {}, framed(body + b" ")):
        with pytest.raises(UntrustedWebhook):
            verifier.verify(headers, body, NOW)
    # The digits of the hash are not its bytes.
    digits = hashlib.sha256(KEY.encode()).hexdigest().encode()
    wrong = hmac.new(digits, body, hashlib.sha256).hexdigest()
    with pytest.raises(UntrustedWebhook):
        verifier.verify({"x-webhook-signature": f"sha256={wrong}"}, body, NOW)


def test_the_event_is_in_the_header_or_in_the_body() -> None:
    body = b'{"event":"failed","jobId":"j-1"}'
    headers = framed(body)
    del headers["x-webhook-event"]
    assert ApiKeyVerifier(KEY).verify(headers, body, NOW) == WebhookEvent("j-1", "failed")


def test_without_a_signature_only_watched_tasks_count() -> None:
    verifier = UnsignedVerifier(lambda task: task == "t-1")
    assert verifier.verify({}, b'{"task_id":"t-1","success":true}', NOW) == WebhookEvent("t-1")
    assert verifier.verify({}, b'{"task_id":"t-1","success":true}', NOW) is None
    assert verifier.verify({}, b'{"task_id":"t-2"}', NOW) is None
    assert verifier.verify({}, b'{"success":true}', NOW) is None


def test_nothing_is_proven_without_a_secret() -> None:
    for make in (TimestampedVerifier, ApiKeyVerifier):
        with pytest.raises(ValueError, match="needs"):
            make("")


def test_no_secret_is_ever_shown() -> None:
    for verifier in (TimestampedVerifier("hidden-word"), ApiKeyVerifier("hidden-word")):
        assert "hidden-word" not in repr(verifier)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"5", b"null", b'{"task_id":', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_report(body: bytes) -> None:
    with pytest.raises(InvalidWebhook):
        UnsignedVerifier(lambda _: True).verify({}, body, NOW)
    with pytest.raises(InvalidWebhook):
        TimestampedVerifier(SECRET).verify(signed(body), body, NOW)


@pytest.mark.parametrize("task", [None, 5, "", " ", "a\nb", "x" * 201, ["t-1"]])
def test_a_task_that_is_none(task: object) -> None:
    body = json.dumps({"task_id": task}).encode()
    found = TimestampedVerifier(SECRET).verify(signed(body), body, NOW)
    assert found == WebhookEvent(None, "song.completed")


@given(
    st.sampled_from(
        [TimestampedVerifier(SECRET), ApiKeyVerifier(KEY), UnsignedVerifier(lambda _: True)]
    ),
    st.dictionaries(
        st.sampled_from(["x-webhook-signature", "x-webhook-timestamp", "x-webhook-event"]),
        st.text(),
    ),
    st.binary()
    | st.dictionaries(
        st.sampled_from(["task_id", "jobId", "event"]), st.text() | st.integers() | st.none()
    ).map(lambda value: json.dumps(value).encode()),
)
def test_whatever_comes_is_judged(
    verifier: WebhookVerifier, headers: dict[str, str], body: bytes
) -> None:
    try:
        found = verifier.verify(headers, body, NOW)
    except (UntrustedWebhook, InvalidWebhook):
        return
    assert found is None or found.event.isprintable()
