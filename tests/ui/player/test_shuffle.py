"""Random order of a list."""

from producer_studio.domain.ids import ClipId
from producer_studio.ui.player.shuffle import Shuffle

CLIPS = [ClipId(f"clip-{number}") for number in range(50)]


def test_each_clip_comes_once_and_then_none() -> None:
    shuffle = Shuffle(seed=1)
    played = []
    while (clip := shuffle.draw(CLIPS, repeats=False)) is not None:
        played.append(clip)
        shuffle.note(clip)
    assert sorted(played) == sorted(CLIPS)
    assert played != CLIPS


def test_the_next_one_stays_until_one_is_played() -> None:
    shuffle = Shuffle(seed=2)
    drawn = shuffle.draw(CLIPS, repeats=False)
    assert shuffle.draw(CLIPS, repeats=False) == drawn


def test_a_new_round_does_not_begin_with_the_last_clip() -> None:
    for seed in range(20):
        shuffle = Shuffle(seed)
        for clip in CLIPS[:2]:
            shuffle.note(clip)
        assert shuffle.draw(CLIPS[:2], repeats=True) == CLIPS[0]


def test_the_previous_one_is_the_one_before() -> None:
    shuffle = Shuffle(seed=3)
    for clip in CLIPS[:3]:
        shuffle.note(clip)
    assert shuffle.previous() == CLIPS[1]
    assert shuffle.previous() == CLIPS[0]
    assert shuffle.previous() is None
