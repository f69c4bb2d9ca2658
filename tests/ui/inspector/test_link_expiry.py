"""The inspector tells how long the links of a clip last, and guesses nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from producer_studio.domain.clip import Clip, MediaLinks
from producer_studio.domain.ids import ClipId
from producer_studio.ui.inspector.made_with import collect_facts


def link(left: timedelta) -> str:
    end = datetime.now(UTC) + left
    return f"https://cdn.example/a.m4a?Expires={int(end.timestamp())}&Signature=5ec2e7"


@pytest.mark.parametrize(
    ("left", "text"), [(timedelta(days=3, hours=1), "3 days left"), (timedelta(days=-1), "ended")]
)
def test_days_left(left: timedelta, text: str) -> None:
    assert facts_of(link(left)) == [("Links", text)]


@pytest.mark.parametrize("url", ["https://cdn.example/a.m4a?token=5ec2e7", ""])
def test_an_unknown_end_is_left_out(url: str) -> None:
    assert facts_of(url) == []


def facts_of(url: str) -> list[tuple[str, str]]:
    clip = Clip(id=ClipId("a"), links=MediaLinks(audio=url))
    return [fact for fact in collect_facts(clip, None) if fact[0] == "Links"]
