"""Exit codes and the sentences beside them."""

import click
import pytest

from producer_studio.cli.exit_codes import (
    CommandError,
    ExitCode,
    exit_code_for_error,
    exit_code_for_kind,
    format_error,
)
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.progress import raise_for_failed_jobs
from producer_studio.cli.root_command import run
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState


def _fault(kind: ErrorKind, words: str = "", status: int = 0) -> ErrorRecord:
    return ErrorRecord(kind=kind, message="It went wrong.", service_words=words, status=status)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ErrorKind.NOT_AUTHORISED, 3),
        (ErrorKind.CREDITS_EXHAUSTED, 4),
        (ErrorKind.REQUEST_REJECTED, 5),
        (ErrorKind.OPERATION_RETIRED, 5),
        (ErrorKind.RATE_LIMITED, 6),
        (ErrorKind.SERVICE_UNAVAILABLE, 6),
        (ErrorKind.UNREACHABLE, 6),
        (ErrorKind.INVALID_RESPONSE, 6),
        (ErrorKind.OUTCOME_UNKNOWN, 7),
        (ErrorKind.FAILED_BY_SERVICE, 8),
        (ErrorKind.UNKNOWN_TASK, 8),
        (ErrorKind.MEDIA_REJECTED, 1),
        (ErrorKind.NOT_DELIVERED, 1),
        (ErrorKind.STORAGE, 1),
        (ErrorKind.UNEXPECTED, 1),
    ],
)
def test_each_kind_of_fault_has_its_code(kind: ErrorKind, code: int) -> None:
    assert exit_code_for_kind(kind) == code


def test_what_the_studio_itself_declines_is_a_matter_of_usage() -> None:
    assert exit_code_for_error(_fault(ErrorKind.REQUEST_REJECTED)) is ExitCode.USAGE
    assert (
        exit_code_for_error(_fault(ErrorKind.REQUEST_REJECTED, status=400))
        is ExitCode.REQUEST_REJECTED
    )


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
    assert format_error(_fault(ErrorKind.REQUEST_REJECTED, words, status)) == said


def test_a_job_that_failed_after_acceptance_ends_with_8_whatever_the_reason() -> None:
    fault = _fault(ErrorKind.REQUEST_REJECTED, "copyrighted", 403)
    job = Job(id=new_job_id(), state=JobState.FAILED, fault=fault)
    for task, code in (
        (None, ExitCode.REQUEST_REJECTED),
        (TaskId("t1"), ExitCode.FAILED_BY_SERVICE),
    ):
        with pytest.raises(CommandError) as stopped:
            raise_for_failed_jobs(
                [job.with_changes(state=JobState.DONE, fault=None), job.with_changes(task_id=task)]
            )
        assert stopped.value.exit_code is code


def test_an_unknown_outcome_says_how_to_decide() -> None:
    job = Job(
        id=new_job_id(), state=JobState.UNKNOWN, fault=_fault(ErrorKind.OUTCOME_UNKNOWN, "", 500)
    )
    with pytest.raises(CommandError, match=f"jobs resolve {job.id[:8]} --forget") as stopped:
        raise_for_failed_jobs([job])
    assert stopped.value.exit_code is ExitCode.OUTCOME_UNKNOWN


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
        NumberOption(0.2, 1).convert(text, None, None)
    assert refused.value.message == problem


def test_numbers_that_will_do() -> None:
    assert NumberOption(0.2, 1).convert("0.2", None, None) == 0.2
    assert NumberOption(0).convert("1e4", None, None) == 10_000
    with pytest.raises(click.BadParameter, match="at least 0"):
        NumberOption(0).convert("-1", None, None)


@pytest.mark.parametrize("arguments", [["-h"], ["generate", "--help"], ["jobs", "resume", "-h"]])
def test_help_is_there_without_a_library(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, []) == ExitCode.SUCCESS
    told = capsys.readouterr()
    assert told.out.startswith("Usage: producer-studio")
    assert not told.err


def test_wrong_usage_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate"], []) == ExitCode.USAGE
    told = capsys.readouterr()
    assert not told.out
    assert told.err == "Use --account NAME: this account pays.\n"


def test_a_group_without_a_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "tag"], []) == ExitCode.USAGE
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Usage: producer-studio library tag [OPTIONS] COMMAND [ARGS]..."
    assert "Commands:" in lines


def test_wrong_options_name_the_help_of_their_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "set", "--stars", "9"], []) == ExitCode.USAGE
    assert capsys.readouterr().err.endswith("Try “producer-studio library set --help”.\n")
