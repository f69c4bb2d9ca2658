"""Rendering of a piece of music, new or from another one."""

from producer_studio.sandbox.music.mastering import apply_fade, apply_mastering, interleave
from producer_studio.sandbox.music.mixer import render_backing, render_vocals
from producer_studio.sandbox.music.operations import OPERATIONS
from producer_studio.sandbox.music.piece import Performance, Piece
from producer_studio.sandbox.music.planning import create_plan
from producer_studio.sandbox.music.track_rendering import RenderWindow
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE

__all__ = ["SAMPLE_RATE", "Performance", "Piece", "perform"]


def perform(piece: Piece, source: Performance | None = None) -> Performance:
    """Renders a piece; the same piece and source give the same samples on every machine.

    Args:
        source: Piece to work on, for every task type but create_music.

    Raises:
        ValueError: An unknown task type, or a missing source.
    """
    if piece.task_type == "create_music":
        plan = create_plan(piece)
        window = RenderWindow(0.0, round(plan.duration_s * SAMPLE_RATE))
        backing = render_backing(plan, window)
        vocals = render_vocals(plan, window, backing)
        apply_mastering(backing, vocals)
        apply_fade(backing)
        apply_fade(vocals)
        return Performance(interleave(backing), interleave(vocals), plan.to_json())
    operation = OPERATIONS.get(piece.task_type)
    if operation is None:
        raise ValueError(f"unknown task type: {piece.task_type}")
    if source is None:
        raise ValueError(f"{piece.task_type} needs a source")
    return operation(piece, source)
