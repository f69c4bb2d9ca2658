import pytest

from producer_studio.sandbox.making import foreseen_failure, is_placeholder
from producer_studio.sandbox.records import Order


@pytest.mark.parametrize(
    "text",
    [
        "music",
        "test",
        "Test!",
        "la la la",
        "test lyrics here",
        "[Verse]\nla la la",
        "na na",
        "[Verse]",
    ],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["", "pop", "lofi", "music for a rainy night", "[Chorus]\nLa la land is calling me"]
)
def test_what_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("details", "fails"),
    [
        ({"sound": "test"}, True),
        ({"sound": "warm lofi piano", "lyrics": "la la la"}, True),
        ({"sound": "warm lofi piano", "lyrics": "la la la", "make_instrumental": True}, False),
        ({"sound": "music", "lyrics": "Stars they shine above me"}, False),
        ({"prompt": "test"}, False),
    ],
)
def test_poor_input_fails_later(details: dict[str, object], fails: bool) -> None:
    order = Order(kind="create_music", price=10, typical_s=1, details=details, places=frozenset())
    assert (foreseen_failure(order) is not None) == fails
