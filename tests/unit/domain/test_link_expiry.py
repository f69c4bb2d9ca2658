"""A signed address says until when it is valid; any other says nothing."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.link_expiry import expiry_text, find_link_expiry, first_expiry

END = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECONDS = int(END.timestamp())
HOST = "https://cdn.example/a.m4a"


def policy(seconds: object) -> str:
    """A policy as CloudFront writes it into an address."""
    condition = {"DateLessThan": {"AWS:EpochTime": seconds}}
    text = json.dumps({"Statement": [{"Resource": HOST, "Condition": condition}]})
    return base64.b64encode(text.encode()).decode().translate(str.maketrans("+=/", "-_~"))


@pytest.mark.parametrize(
    "query",
    [
        "X-Amz-Date=20261130T120000Z&X-Amz-Expires=86400&X-Amz-Signature=5ec2e7",
        "x-goog-date=20261130T120000Z&x-goog-expires=86400&x-goog-signature=5ec2e7",
        f"AWSAccessKeyId=AK&Signature=5ec2e7&Expires={SECONDS}",
        f"OSSAccessKeyId=AK&Expires={SECONDS}&Signature=5ec2e7",
        f"Expires={SECONDS}&Key-Pair-Id=K1&Signature=5ec2e7",
        f"Policy={policy(SECONDS)}&Key-Pair-Id=K1&Signature=5ec2e7",
        "sv=2024-01-01&se=2026-12-01T12%3A00%3A00Z&sig=5ec2e7",
        f"q-sign-time=1700000000;{SECONDS}&q-signature=5ec2e7",
    ],
)
def test_the_end_that_a_signature_states(query: str) -> None:
    assert find_link_expiry(f"{HOST}?{query}") == END


@pytest.mark.parametrize(
    "url",
    [
        "", HOST, "https://[broken/x?Expires=1", f"{HOST}?Expires={SECONDS}",
        f"{HOST}?se=2026-12-01",
        f"{HOST}?link=5ec2e7&made=1790000000.5", f"{HOST}?Expires=soon&Signature=5ec2e7",
        f"{HOST}?X-Amz-Date=20261130T120000Z&X-Amz-Expires=86400",
        f"{HOST}?X-Amz-Date=tomorrow&X-Amz-Expires=86400&X-Amz-Signature=5ec2e7",
        f"{HOST}?X-Amz-Date=20261130T120000Z&X-Amz-Expires={10**10 - 1}&X-Amz-Signature=5ec2e7",
        f"{HOST}?Policy={policy('never')}&Key-Pair-Id=K1&Signature=5ec2e7",
        f"{HOST}?Policy=%00&Key-Pair-Id=K1&Signature=5ec2e7",
        f"{HOST}?{'&'.join(f'a{n}=1' for n in range(200))}",
    ],
)  # fmt: skip
def test_nothing_is_guessed(url: str) -> None:
    assert find_link_expiry(url) is None


def test_the_first_of_several_links_to_end_counts() -> None:
    later = f"{HOST}?Expires={SECONDS + 60}&Signature=5ec2e7"
    links = MediaLinks(audio=later, image=HOST, wav=f"{HOST}?Expires={SECONDS}&Signature=5ec2e7")
    assert first_expiry(links) == END
    assert first_expiry(MediaLinks(audio=HOST)) is None


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=5, hours=23), "5 days left"),
        (timedelta(hours=25), "1 day left"),
        (timedelta(hours=23, minutes=59), "23 hours left"),
        (timedelta(seconds=90), "1 minute left"),
        (timedelta(seconds=2), "less than a minute left"),
        (timedelta(0), "ended"),
        (timedelta(days=-3), "ended"),
    ],
)
def test_the_time_that_is_left_is_never_rounded_up(left: timedelta, text: str) -> None:
    assert expiry_text(END, END - left) == text


def test_an_unknown_end_is_not_shown() -> None:
    assert expiry_text(None, END) == ""
