"""What is printed is one sentence, whatever it quotes."""

import pytest

from producer_studio.cli.plain import one_line, printable


def test_no_text_from_elsewhere_commands_the_terminal() -> None:
    assert printable("a\x1b[31mb\x07\u202ec\udcff\x9b") == "a\ufffd[31mb\ufffd\ufffdc\ufffd\ufffd"
    assert printable("two\r\nlines\tand \u05e9\u200f 👩\u200d🎤") == (
        "two\nlines\tand \u05e9\u200f 👩\u200d🎤"
    )


@pytest.mark.parametrize("sentence", ["“{}” is no number.", "He said: {}", "{}"])
@pytest.mark.parametrize("quoted", ["x" * 10**6, "so long " * 10**5, "\n" * 10**5])
def test_a_sentence_ends(sentence: str, quoted: str) -> None:
    told = one_line(sentence.format(quoted))
    assert len(told) < 3000
    assert "\n" not in told
    assert told[-1:] == " ".join(sentence.format(quoted).split())[-1:]


def test_the_words_of_a_service_are_not_cut() -> None:
    words = "The lyrics contain copyrighted content. " * 50
    assert one_line(f"Refused. (The service: {words.strip()})").endswith("content.)")
    assert "…" not in one_line(words)
