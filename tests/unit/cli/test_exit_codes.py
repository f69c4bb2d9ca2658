"""Exit codes and the sentences beside them."""

import click
import pytest

from producer_studio.cli.command import run
from producer_studio.cli.exit_codes import Exit, Stopped, exit_for, exit_for_record, sentence_of
from producer_studio.cli.number_option import Number
from producer_studio.cli.progress import stop_for
from producer_studio.domain.errors import FaultKind, FaultRecord
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState


def _fault(kind: FaultKind, words: str = "", status: int = 0) -> FaultRecord:
    return FaultRecord(kind=kind, message="It went wrong.", service_words=words, status=status)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.NOT_AUTHORISED, 3),
        (FaultKind.CREDITS_EXHAUSTED, 4),
        (FaultKind.REFUSED, 5),
        (FaultKind.RETIRED, 5),
        (FaultKind.TOO_BUSY, 6),
        (FaultKind.SERVICE_DOWN, 6),
        (FaultKind.UNREACHABLE, 6),
        (FaultKind.NONSENSE, 6),
        (FaultKind.OUTCOME_UNKNOWN, 7),
        (FaultKind.FAILED_BY_SERVICE, 8),
        (FaultKind.UNKNOWN_TASK, 8),
        (FaultKind.MEDIA_REFUSED, 1),
        (FaultKind.STORAGE, 1),
        (FaultKind.UNEXPECTED, 1),
    ],
)
def test_each_kind_of_fault_has_its_code(kind: FaultKind, code: int) -> None:
    assert exit_for(kind) == code


def test_what_the_studio_itself_declines_is_a_matter_of_usage() -> None:
    assert exit_for_record(_fault(FaultKind.REFUSED)) is Exit.USAGE
    assert exit_for_record(_fault(FaultKind.REFUSED, status=400)) is Exit.REFUSED


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("", 400, "It went wrong."),
        ("Out of tune.", 500, "It went wrong. (The service: Out of tune.)"),
        ("It went wrong", 500, "It went wrong."),
        ("[Errno 28] No space left on device", 0, "It went wrong."),
    ],
)
def test_only_the_service_is_quoted_and_only_once(words: str, status: int, said: str) -> None:
    assert sentence_of(_fault(FaultKind.REFUSED, words, status)) == said


def test_a_job_that_failed_after_acceptance_ends_with_8_whatever_the_reason() -> None:
    fault = _fault(FaultKind.REFUSED, "copyrighted", 403)
    job = Job(id=new_job_id(), state=JobState.FAILED, fault=fault)
    for task, code in ((None, Exit.REFUSED), (TaskId("t1"), Exit.FAILED_BY_SERVICE)):
        with pytest.raises(Stopped) as stopped:
            stop_for([job.with_(state=JobState.DONE, fault=None), job.with_(task_id=task)])
        assert stopped.value.exit_code is code


def test_an_unknown_outcome_says_how_to_decide() -> None:
    job = Job(
        id=new_job_id(), state=JobState.UNKNOWN, fault=_fault(FaultKind.OUTCOME_UNKNOWN, "", 500)
    )
    with pytest.raises(Stopped, match=f"jobs resolve {job.id[:8]} --forget") as stopped:
        stop_for([job])
    assert stopped.value.exit_code is Exit.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nan", "“nan” is not a number."),
        ("-inf", "“-inf” is not a number."),
        ("loud", "“loud” is not a number."),
        ("1.01", "It must be between 0.2 and 1."),
        ("0.19", "It must be between 0.2 and 1."),
    ],
)
def test_a_number_that_will_not_do(text: str, problem: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        Number(0.2, 1).convert(text, None, None)
    assert refused.value.message == problem


def test_numbers_that_will_do() -> None:
    assert Number(0.2, 1).convert("0.2", None, None) == 0.2
    assert Number(0).convert("1e4", None, None) == 10_000
    with pytest.raises(click.BadParameter, match="at least 0"):
        Number(0).convert("-1", None, None)


@pytest.mark.parametrize("arguments", [["-h"], ["generate", "--help"], ["jobs", "resume", "-h"]])
def test_help_is_there_without_a_library(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, []) == Exit.DONE
    told = capsys.readouterr()
    assert told.out.startswith("Usage: producer-studio")
    assert not told.err


def test_wrong_usage_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate"], []) == Exit.USAGE
    told = capsys.readouterr()
    assert not told.out
    assert told.err == "Missing option '--account'. Try “producer-studio --help”.\n"
