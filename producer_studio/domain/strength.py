"""Strength sliders: ranges, defaults and labels ("MusicAPI, Producer examples", §10)."""

from dataclasses import dataclass

from producer_studio.translation import mark


@dataclass(frozen=True, slots=True)
class Strength:
    """Strength slider.

    Attributes:
        name: Recipe field.
        label: Label beside the slider.
        low: Smallest value that a service accepts.
        high: Largest value.
        default: Value that a service assumes when none is sent.
        value_labels: (upper bound, label) pairs in rising order; the first bound above a value
            gives its label.
        step: Smallest difference that has an effect.
    """

    name: str
    label: str
    low: float
    high: float
    default: float
    value_labels: tuple[tuple[float, str], ...]
    step: float = 0.01

    def value_label(self, value: float) -> str:
        """Returns the label of a value, such as "Strict"."""
        for bound, word in self.value_labels:
            if value < bound:
                return word
        return self.value_labels[-1][1]

    @property
    def range_text(self) -> str:
        """Says which values are accepted; a clause without a period."""
        return mark(
            "{label} must be between {low} and {high}",
            label=self.label,
            low=float(self.low),
            high=float(self.high),
        )

    def contains(self, value: float) -> bool:
        return self.low <= value <= self.high


_ADHERENCE = ((0.35, mark("Loose")), (0.65, mark("Balanced")), (2.0, mark("Strict")))

LYRICS_STRENGTH = Strength("lyrics_strength", mark("Lyrics strength"), 0.0, 1.0, 0.5, _ADHERENCE)
SOUND_STRENGTH = Strength(
    "sound_strength",
    mark("Sound strength"),
    0.2,
    1.0,
    0.5,
    ((0.45, mark("Loose")), (0.75, mark("Balanced")), (2.0, mark("Strict"))),
)
WEIRDNESS = Strength(
    "weirdness",
    mark("Weirdness"),
    0.0,
    1.0,
    0.5,
    ((0.35, mark("Familiar")), (0.65, mark("Surprising")), (2.0, mark("Experimental"))),
)
COVER_STRENGTH = Strength(
    "cover_strength",
    mark("Cover strength"),
    0.2,
    1.0,
    0.7,
    ((0.45, mark("Subtle")), (0.75, mark("Moderate")), (2.0, mark("Dramatic"))),
)

STRENGTHS: tuple[Strength, ...] = (LYRICS_STRENGTH, SOUND_STRENGTH, WEIRDNESS)

STRENGTH_VALUE_LABELS = tuple(
    word for strength in (*STRENGTHS, COVER_STRENGTH) for _bound, word in strength.value_labels
)
"""All labels for values of sliders."""
