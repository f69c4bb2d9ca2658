"""What is printed is one sentence, whatever it quotes."""

import json
import unicodedata

import pytest

from producer_studio.cli.output import Output
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


def test_json_holds_no_sign_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    every = [chr(number) for number in range(0x3000) if not 0xD800 <= number < 0xE000]
    text = "".join(every) + "\ud800 \u97f3 \U0001f3a4"
    Output(as_json=True).item({"title": text}, "")
    told = capsys.readouterr().out
    assert json.loads(told) == {"title": text}
    assert told.splitlines() == [told[:-1]]
    for sign in set(told[:-1]):
        assert unicodedata.category(sign) != "Cc"
        assert unicodedata.bidirectional(sign) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B",
        }  # fmt: skip
    assert "\u97f3" in told
