"""Which of a task's results a file belongs to."""

import pytest

from producer_studio.domain.ids import RemoteId
from producer_studio.providers.base import RemoteClip
from producer_studio.studio.jobs.download import Place

A, B, NAMELESS = RemoteClip(RemoteId("a")), RemoteClip(RemoteId("b")), RemoteClip()


@pytest.mark.parametrize(
    ("place", "results", "found"),
    [
        (Place(0, RemoteId("a")), [A, B], A),
        (Place(0, RemoteId("a")), [B, A], A),
        (Place(1, RemoteId("b")), [B], B),
        (Place(1, RemoteId("b")), [A], None),
        (Place(0, RemoteId("a")), [B], None),
        (Place(1, RemoteId("b")), [NAMELESS, NAMELESS], NAMELESS),
        (Place(1), [A, B], B),
        (Place(2), [A, B], None),
        (Place(), [], None),
    ],
)
def test_a_result_is_known_by_its_id_and_else_by_its_position(
    place: Place, results: list[RemoteClip], found: RemoteClip | None
) -> None:
    assert place.among(results) is found
