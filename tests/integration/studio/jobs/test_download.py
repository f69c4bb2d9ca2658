"""Which of a task's results a file belongs to."""

import pytest

from producer_studio.domain.ids import RemoteId
from producer_studio.providers.base import RemoteClip
from producer_studio.studio.jobs.download import ResultRef

A, B, NAMELESS = RemoteClip(RemoteId("a")), RemoteClip(RemoteId("b")), RemoteClip()


@pytest.mark.parametrize(
    ("place", "results", "found"),
    [
        (ResultRef(0, RemoteId("a")), [A, B], A),
        (ResultRef(0, RemoteId("a")), [B, A], A),
        (ResultRef(1, RemoteId("b")), [B], B),
        (ResultRef(1, RemoteId("b")), [A], None),
        (ResultRef(0, RemoteId("a")), [B], None),
        (ResultRef(1, RemoteId("b")), [NAMELESS, NAMELESS], NAMELESS),
        (ResultRef(1), [A, B], B),
        (ResultRef(2), [A, B], None),
        (ResultRef(), [], None),
    ],
)
def test_a_result_is_known_by_its_id_and_else_by_its_position(
    place: ResultRef, results: list[RemoteClip], found: RemoteClip | None
) -> None:
    assert place.find_in(results) is found
