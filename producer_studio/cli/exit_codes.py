"""What the exit code says."""

from enum import IntEnum

from producer_studio.domain.errors import FaultKind, FaultRecord


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


def exit_for_record(record: FaultRecord) -> Exit:
    """The code of a job's fault; what the studio declined by itself is a matter of usage."""
    if record.kind is FaultKind.REFUSED and not record.status:
        return Exit.USAGE
    return exit_for(record.kind)


def sentence_of(record: FaultRecord) -> str:
    """The fault's sentence, with the service's own words where they say more."""
    words = record.service_words.strip()
    # Without a status the words are those of the network or the disk, and the sentence says it.
    told = not words or not record.status or words.rstrip(".") in record.message
    return record.message if told else f"{record.message} (The service: {words})"


class Stopped(Exception):
    """Ends a command with an exit code, after a sentence on stderr if there is one."""

    def __init__(self, exit_code: Exit, sentence: str = "") -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        self.sentence = sentence
