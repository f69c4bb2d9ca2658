"""What the exit code says."""

from enum import IntEnum

from producer_studio.domain.faults import FaultKind


class Exit(IntEnum):
    DONE = 0
    OTHER = 1
    USAGE = 2
    NOT_AUTHORISED = 3
    CREDITS = 4
    REFUSED = 5
    UNREACHABLE = 6
    OUTCOME_UNKNOWN = 7
    FAILED_BY_SERVICE = 8
    INTERRUPTED = 130


_BY_KIND = {
    FaultKind.NOT_AUTHORISED: Exit.NOT_AUTHORISED,
    FaultKind.CREDITS_EXHAUSTED: Exit.CREDITS,
    FaultKind.REFUSED: Exit.REFUSED,
    FaultKind.RETIRED: Exit.REFUSED,
    FaultKind.TOO_BUSY: Exit.UNREACHABLE,
    FaultKind.SERVICE_DOWN: Exit.UNREACHABLE,
    FaultKind.UNREACHABLE: Exit.UNREACHABLE,
    FaultKind.NONSENSE: Exit.UNREACHABLE,
    FaultKind.OUTCOME_UNKNOWN: Exit.OUTCOME_UNKNOWN,
    FaultKind.FAILED_BY_SERVICE: Exit.FAILED_BY_SERVICE,
    FaultKind.UNKNOWN_TASK: Exit.FAILED_BY_SERVICE,
}


def exit_for(kind: FaultKind) -> Exit:
    return _BY_KIND.get(kind, Exit.OTHER)


class Stopped(Exception):
    """Ends a command with an exit code, after a sentence on stderr if there is one."""

    def __init__(self, exit_code: Exit, sentence: str = "") -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        self.sentence = sentence
