"""Which edits are possible, and how they are told."""

import math

import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import ClipId
from producer_studio.domain.local_edit import (
    Fade,
    Join,
    Level,
    LocalEdit,
    Trim,
    check_edit,
    describe_edit,
)

OTHER = ClipId("other")


@pytest.mark.parametrize(
    "edit",
    [
        Trim(1.5), Trim(0.0, 9.9), Trim(3.0, 99.0), Fade(10.0), Fade(out_s=10.0), Fade(6.0, 6.0),
        Join(OTHER), Join(OTHER, 4.0), Level(-60.0), Level(24.0),
    ],
)  # fmt: skip
def test_possible(edit: LocalEdit) -> None:
    check_edit(edit, 10.0, 4.0)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Trim(0.0, 10.0), "the whole clip"),
        (Trim(), "the whole clip"),
        (Trim(5.0, 5.0), "after its start"),
        (Trim(-1.0, 5.0), "after its start"),
        (Trim(10.0, 12.0), "after the end of the clip"),
        (Trim(math.nan, 5.0), "after its start"),
        (Fade(), "needs a length"),
        (Fade(-1.0, 2.0), "needs a length"),
        (Fade(10.5), "longer than the clip"),
        (Join(OTHER, 4.5), "longer than one of the clips"),
        (Join(OTHER, 31.0), "0 to 30 seconds"),
        (Join(OTHER, -1.0), "0 to 30 seconds"),
        (Level(0.0), "not 0"),
        (Level(math.inf), "between −60 and"),
        (Level(math.nan), "between −60 and"),
    ],
)
def test_refused(edit: LocalEdit, reason: str) -> None:
    with pytest.raises(RequestRejected, match=reason):
        check_edit(edit, 10.0, 4.0)


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (Trim(10.25, 70.5), "Trim of “A”: 0:10.250 to 1:10.500."),
        (Trim(1.0), "Trim of “A”: 0:01.000 to the end."),
        (Fade(0.5, 3.0), "Fade of “A”: 0.5 s in, 3 s out."),
        (Join(OTHER, 2.0), "“A” joined with “B” with a crossfade of 2 s."),
        (Join(OTHER), "“A” joined with “B” without a crossfade."),
        (Level(-3.0), "Level of “A”: −3 dB."),
        (Level(1.5), "Level of “A”: +1.5 dB."),
    ],
)
def test_described(edit: LocalEdit, text: str) -> None:
    assert describe_edit(edit, "A", "B") == text
