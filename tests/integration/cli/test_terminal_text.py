"""What is printed is one sentence, whatever it quotes."""

import json
import logging
import os
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producer_studio.cli.columns import format_table
from producer_studio.cli.output import (
    Output,
    clip_detail_lines,
    clip_line,
    job_line,
)
from producer_studio.cli.terminal_text import LogFormatter, sanitise_message, sanitise_text
from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import AccountName, ClipId, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.recipe import Recipe


def test_no_text_from_elsewhere_commands_the_terminal() -> None:
    assert (
        sanitise_text("a\x1b[31mb\x07\u202ec\udcff\x9b") == "a\ufffd[31mb\ufffd\ufffdc\ufffd\ufffd"
    )
    assert sanitise_text("two\r\nlines\tand \u05e9\u200f 👩\u200d🎤") == (
        "two\nlines\tand \u05e9\u200f 👩\u200d🎤"
    )


@pytest.mark.parametrize("sentence", ["“{}” is no number.", "He said: {}", "{}"])
@pytest.mark.parametrize("quoted", ["x" * 10**6, "so long " * 10**5, "\n" * 10**5])
def test_a_sentence_ends(sentence: str, quoted: str) -> None:
    told = sanitise_message(sentence.format(quoted))
    assert len(told) < 3000
    assert "\n" not in told
    assert told[-1:] == " ".join(sentence.format(quoted).split())[-1:]


def test_the_words_of_a_service_are_not_cut() -> None:
    words = "The lyrics contain copyrighted content. " * 50
    assert sanitise_message(f"Refused. (The service: {words.strip()})").endswith("content.)")
    assert "…" not in sanitise_message(words)


def test_json_holds_no_sign_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    every = [chr(number) for number in range(0x3000) if not 0xD800 <= number < 0xE000]
    text = "".join(every) + "\ud800 \u97f3 \U0001f3a4"
    Output(as_json=True).write_result({"title": text}, "")
    told = capsys.readouterr().out
    assert json.loads(told) == {"title": text}
    assert told.splitlines() == [told[:-1]]
    for sign in set(told[:-1]):
        assert unicodedata.category(sign) != "Cc"
        assert unicodedata.bidirectional(sign) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B",
        }  # fmt: skip
    assert "\u97f3" in told


FORGED = "Song\ndeadbeef  0:10  Bought  /tmp/x\r\n\x85\u2028\u2029\x0b\x0cend\x1b]0;x\x07"


def test_a_title_cannot_look_like_further_results(capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    clip = Clip(
        id=ClipId("c" * 32), title=FORGED, model=FORGED, tags=(FORGED,), lyrics="One\n\nTwo",
        created_at=now, added_at=now,
    )  # fmt: skip
    fault = ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=FORGED)
    job = Job(
        id=JobId("j" * 32), account=AccountName("a"), recipe=Recipe(title=FORGED), fault=fault
    )
    output = Output(as_json=False)
    for line in (clip_line(clip), job_line(job), *format_table([(FORGED, "cell")])):
        output.write_result({}, line)
        told = capsys.readouterr().out
        assert len(told.splitlines()) == 1
        assert told[:-1].isprintable()
    output.write_result({}, clip_detail_lines(clip))
    told = capsys.readouterr().out
    assert not [line for line in told.splitlines() if line.startswith("deadbeef")]
    assert told.endswith("lyrics\n    One\n\n    Two\n")
    output.write_message(f"“{FORGED}” waits.")
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert told[:-1].isprintable()


def test_the_log_on_a_terminal_obeys_no_name_of_a_file() -> None:
    formatter = LogFormatter("%(levelname)s %(name)s: %(message)s")
    try:
        int(FORGED)
    except ValueError:
        record = logging.makeLogRecord(
            {
                "name": "studio",
                "levelname": "WARNING",
                "msg": "recipe.json in %s",
                "args": (FORGED,),
            }
        )
        assert len(formatter.format(record).splitlines()) == 1
        record.exc_info = sys.exc_info()
    told = formatter.format(record)
    assert told.startswith("WARNING studio: recipe.json in Song deadbeef")
    assert "\nTraceback (most recent call last):\n" in told
    assert "\x1b" not in told
    assert "\x07" not in told


def test_the_programs_log_is_written_by_that_formatter(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOG_A_NAME], capture_output=True, text=True, check=True,
        env={**os.environ, "PRODUCER_STUDIO_HOME": str(tmp_path)},
    )  # fmt: skip
    assert "\x1b" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


LOG_A_NAME = """
import logging
from producer_studio.main import _start_logging
_start_logging("warning")
logging.getLogger("producer_studio.files").warning("Not read: %s", "a\\x1b]0;b\\nc")
"""
