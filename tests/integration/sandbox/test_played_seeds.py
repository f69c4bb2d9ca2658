"""An order that was played before is not played again, and sounds the same."""

from pathlib import Path
from typing import Any

from producer_studio.sandbox.order_rendering import execute_order

PIECE = {
    "task_type": "create_music", "sound": "soft piano, 90 bpm", "lyrics": "", "model": "FUZZ-2.0",
    "instrumental": True, "lyrics_strength": 0.5, "sound_strength": 0.5, "weirdness": 0.5,
    "starts_at": None, "ends_at": None, "cover_strength": None,
}  # fmt: skip


def _order(folder: Path, name: str, seed: str) -> dict[str, Any]:
    return {
        "job": "piece", "piece": {**PIECE, "seed": seed}, "source": None, "theme": None,
        "title": "Low tide", "seed": seed,
        "media": str(folder / f"media-{name}"), "performance": str(folder / f"performance-{name}"),
    }  # fmt: skip


def test_a_twin_shares_the_files_of_the_first(tmp_path: Path) -> None:
    first = execute_order(_order(tmp_path, "first", "81"))
    again = execute_order(_order(tmp_path, "again", "81"))
    assert again == first
    for kind in ("media", "performance"):
        made = {file.name: file for file in (tmp_path / f"{kind}-first").iterdir()}
        shared = {file.name: file for file in (tmp_path / f"{kind}-again").iterdir()}
        assert made.keys() == shared.keys()
        assert all(made[name].samefile(shared[name]) for name in made)


def test_another_seed_is_another_piece(tmp_path: Path) -> None:
    execute_order(_order(tmp_path, "first", "82"))
    execute_order(_order(tmp_path, "other", "83"))
    sounds = [(tmp_path / f"media-{name}/audio.m4a").read_bytes() for name in ("first", "other")]
    assert sounds[0] != sounds[1]


def test_what_is_gone_is_played_again(tmp_path: Path) -> None:
    execute_order(_order(tmp_path, "first", "84"))
    sound = (tmp_path / "media-first/audio.m4a").read_bytes()
    (tmp_path / "media-first").rename(tmp_path / "away")
    execute_order(_order(tmp_path, "again", "84"))
    assert (tmp_path / "media-again/audio.m4a").read_bytes() == sound
