import pytest

from producer_studio.domain.musical_key import normalise_key


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
