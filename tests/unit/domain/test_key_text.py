"""Names of musical keys in the user's language, and keys that are typed in it."""

import pytest

from producer_studio.domain.key_text import key_text, parse_key
from producer_studio.translation import tr
from tests.support.shown_language import shown_in


@pytest.mark.parametrize(
    ("key", "german", "chinese"),
    [
        ("A minor", "a-Moll", "A 小调"),
        ("B major", "H-Dur", "B 大调"),
        ("B minor", "h-Moll", "B 小调"),
        ("Bb major", "B-Dur", "降 B 大调"),
        ("F# minor", "fis-Moll", "升 F 小调"),
        ("E♭ major", "Es-Dur", "降 E 大调"),
    ],
)
def test_keys_have_the_names_of_the_language(key: str, german: str, chinese: str) -> None:
    assert key_text(key).replace("Eb", "E♭") == key
    with shown_in("de"):
        assert tr(key_text(key)) == german
        assert parse_key(german) == key.replace("♭", "b")
        assert parse_key(german.replace("-", " ").casefold()) == key.replace("♭", "b")
    with shown_in("zh_CN"):
        assert tr(key_text(key)) == chinese
        assert parse_key(chinese) == key.replace("♭", "b")


def test_english_keys_are_read_in_every_language() -> None:
    with shown_in("de"):
        assert parse_key("Bb") == "Bb major"
        assert parse_key("Bm") == "B minor"
        assert parse_key("no key") == ""


def test_other_texts_stay() -> None:
    assert key_text("") == ""
    assert key_text("atonal") == "atonal"
