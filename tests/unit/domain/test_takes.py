"""Takes of a press are told apart by their titles and seeds."""

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.takes import find_free_take


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "Low tide"),
        ({"take": 1, "takes": 1}, "Low tide"),
        ({"take": None, "takes": 4}, "Low tide"),
        ({"take": 2, "takes": 4}, "Low tide · take 2"),
        ({"take": 2, "takes": 12, "title": "Low tide · take 12"}, "Low tide · take 12 · take 2"),
        ({"take": 2, "takes": 4, "title": ""}, "take 2"),
        # Earlier versions stored both with the title.
        ({"take": 2, "takes": 4, "title": "Low tide · Take 2"}, "Low tide · Take 2"),
        ({"take": 2, "takes": 2, "position": 1, "title": "Low tide (2)"}, "Low tide (2)"),
        ({"take": 1, "takes": 2, "title": "Low tide (2)"}, "Low tide (2) · take 1"),
        ({"take": 2, "takes": 4, "title": "Retake 2"}, "Retake 2 · take 2"),
    ],
)
def test_the_title_of_a_take(fields: dict[str, object], title: str) -> None:
    values = {"title": "Low tide"} | fields
    assert Clip(id=ClipId("1"), **values).display_title == title  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seed", "short"),
    [("", ""), ("7", "7"), ("810172", "810172"), ("1810172", "…0172"), ("tide-2", "tide-2")],
)
def test_a_long_seed_is_shortened_to_what_differs(seed: str, short: str) -> None:
    assert Clip(id=ClipId("1"), seed=seed).short_seed == short


def test_the_next_free_take() -> None:
    assert find_free_take(2, set()) == 2
    assert find_free_take(2, {2, 3, 5}) == 4
