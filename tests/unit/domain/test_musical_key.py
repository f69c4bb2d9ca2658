import pytest

from producer_studio.domain.musical_key import list_related_keys, normalise_key


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("F minor", "F minor"),
        ("fm", "F minor"),
        ("F", "F major"),
        ("CM", "C major"),
        ("Bb", "Bb major"),
        ("B♭ minor", "Bb minor"),
        ("b flat minor", "Bb minor"),
        ("f#m", "F# minor"),
        ("F sharp min", "F# minor"),
        ("G# minor", "G# minor"),
        ("Ab minor", "Ab minor"),
        ("e#", "F major"),  # no key is called so
        ("H minor", ""),
        ("fast", ""),
        ("", ""),
    ],
)
def test_a_key_is_read_as_people_type_it(text: str, name: str) -> None:
    assert normalise_key(text) == name
    assert normalise_key(name) == name


@pytest.mark.parametrize(
    ("text", "name"), [("Cb", "B major"), ("B#", "C major"), ("Fb", "E major")]
)
def test_a_key_over_the_end_of_the_octave_is_the_one_that_sounds(text: str, name: str) -> None:
    assert normalise_key(text) == name


@pytest.mark.parametrize(
    ("text", "related"),
    [
        ("Am", {"A minor", "C major", "E minor", "D minor"}),
        ("C", {"C major", "A minor", "G major", "F major", "C minor", "Eb major", "G minor"}),
        ("Bbm", {"Bb minor", "C# major", "F minor", "Eb minor"}),
    ],
)
def test_related_keys_share_nearly_all_notes(text: str, related: set[str]) -> None:
    assert related <= set(list_related_keys(text))
    assert "F# major" not in list_related_keys(text)


def test_what_is_no_key_has_no_related_ones() -> None:
    assert list_related_keys("H") == ()
