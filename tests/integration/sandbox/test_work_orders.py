import pytest

from producer_studio.sandbox.records import SandboxClip, SandboxTask, TaskOrder
from producer_studio.sandbox.work_orders import build_result, is_placeholder, predict_failure


def task(kind: str, details: dict[str, object]) -> SandboxTask:
    order = TaskOrder(kind=kind, price=10, typical_s=1, details=details, places=frozenset())
    return SandboxTask(
        id="t", account="a", profile="p", order=order, clip_id="c", seed="1",
        created_at=0.0, ready_at=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "music",
        "test",
        "Test!",
        "la la la",
        "test lyrics here",
        "[Verse]\nla la la",
        "na na",
        "[Verse]",
    ],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["", "pop", "lofi", "music for a rainy night", "[Chorus]\nLa la land is calling me"]
)
def test_what_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("details", "fails"),
    [
        ({"sound": "test"}, True),
        ({"sound": "warm lofi piano", "lyrics": "la la la"}, True),
        ({"sound": "warm lofi piano", "lyrics": "la la la", "make_instrumental": True}, False),
        ({"sound": "music", "lyrics": "Stars they shine above me"}, False),
        ({"prompt": "test"}, False),
    ],
)
def test_poor_input_fails_later(details: dict[str, object], fails: bool) -> None:
    order = TaskOrder(
        kind="create_music", price=10, typical_s=1, details=details, places=frozenset()
    )
    assert (predict_failure(order) is not None) == fails


@pytest.mark.parametrize(
    ("details", "title"),
    [
        ({"title": "Hold On", "sound": "rock"}, "Hold On"),
        ({"sound": "chill lofi hip hop with soft piano"}, "Chill Lofi Hip Hop"),
        (
            {"sound": "pop", "lyrics": "[Verse 1]\nStars they shine above me"},
            "Stars They Shine Above Me",
        ),
        ({"sound": "pop", "lyrics": "[Verse]"}, "Pop"),
        ({"lyrics": "..."}, "Untitled"),
    ],
)
def test_titles(details: dict[str, object], title: str) -> None:
    clip, _ = build_result(task("create_music", details), None, {"duration_s": 9.0})
    assert clip is not None
    assert clip.title == title


SOURCE = SandboxClip(
    id="s", account="a", title="City Lights", sound="indie rock", lyrics="[Verse]\nold",
    model="FUZZ-2.0", seed="1", duration_s=9.0, created_at=0.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "lyrics"),
    [
        ("extend_music", "[Outro]\nnew", "[Verse]\nold\n\n[Outro]\nnew"),
        ("extend_music", None, "[Verse]\nold"),
        ("music_variation", None, "[Verse]\nold"),
        ("swap_music_vocals", "[Verse]\nnew", "[Verse]\nnew"),
    ],
)
def test_what_a_source_lends(kind: str, given: str | None, lyrics: str) -> None:
    clip, _ = build_result(task(kind, {"lyrics": given}), SOURCE, {"duration_s": 9.0})
    assert clip is not None
    assert (clip.title, clip.sound, clip.lyrics) == ("City Lights", "indie rock", lyrics)
