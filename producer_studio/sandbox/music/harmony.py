"""Scales, chord progressions and voice leading."""

import re
from dataclasses import dataclass

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_ROMAN = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}
_NUMERAL = re.compile(r"([b#]?)([ivIV]+)(o|sus)?")


@dataclass(frozen=True, slots=True)
class Chord:
    """Chord in semitones above the tonic: its root (0-11) and its tones above the root."""

    root: int
    tones: tuple[int, ...]

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.root + tone) % 12 for tone in self.tones)


def parse_progression(text: str, mode: str, colour: str) -> list[Chord]:
    """Parses roman numerals, for example "i VI iv V".

    Args:
        text: Upper case is major, lower case minor; "b" or "#" before shifts the root.
        mode: Scale of the degrees, "major" or "minor".
        colour: "triad", "power", "seventh" or "ninth".
    """
    return [_parse_chord(numeral, mode, colour) for numeral in text.split()]


def _parse_chord(numeral: str, mode: str, colour: str) -> Chord:
    match = _NUMERAL.fullmatch(numeral)
    if match is None:
        raise ValueError(f"not a roman numeral: {numeral}")
    sign, digits, extra = match.groups()
    shift = {"b": -1, "#": 1}.get(sign, 0)
    scale = SCALES[mode]
    root = (scale[_ROMAN[digits.lower()]] + shift) % 12
    third = 4 if digits.isupper() else 3
    fifth = 6 if extra == "o" else 7
    if extra == "sus":
        third = 5
    if colour == "power":
        return Chord(root, (0, fifth))
    tones: tuple[int, ...] = (0, third, fifth)
    if colour == "triad":
        return Chord(root, tones)
    seventh = next((step for step in (10, 11) if (root + step) % 12 in scale), 10)
    if third == 4 and (root == 7 or shift):
        seventh = 10 if root == 7 else 11
    tones = (*tones, seventh)
    # ninths on the tonic and the dominant would suggest the dominant's key
    if colour == "ninth" and root not in (0, 7) and (root + 2) % 12 in scale:
        tones = (*tones, 14)
    return Chord(root, tones)


def transposed_pitch_classes(chord: Chord, tonic: int) -> tuple[int, ...]:
    return tuple((tonic + pitch) % 12 for pitch in chord.pitch_classes)


def to_triad(chord: Chord, mode: str) -> Chord:
    """Reduces a chord to a triad; power chords get the scale's third, rich ones lose their top."""
    if len(chord.tones) > 2:
        return Chord(chord.root, chord.tones[:3])
    scale = SCALES[mode]
    third = next((step for step in (3, 4) if (chord.root + step) % 12 in scale), 4)
    return Chord(chord.root, (0, third, 7))


def choose_voicing(
    chord: Chord, tonic: int, centre: float, previous: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Returns the close voicing nearest to the previous one, so that voices move by small steps.

    Returns:
        MIDI pitches, ascending, around `centre`.
    """
    classes = transposed_pitch_classes(chord, tonic)
    doubled = False
    if len(classes) > 4:  # the bass plays the root of a ninth chord
        classes = classes[1:]
    elif chord.root == 0 and len(classes) > 2:
        # the fifth of the tonic chord is omitted: its overtones are present anyway
        doubled = len(classes) == 3
        classes = (*classes[:2], *classes[3:])
    best: tuple[int, ...] = ()
    cost_of_best = 1e9
    for lowest in range(int(centre) - 9, int(centre) + 4):
        if lowest % 12 not in classes:
            continue
        pitches = tuple(sorted(lowest + (pitch - lowest) % 12 for pitch in classes))
        if doubled:
            pitches = (*pitches, pitches[0] + 12)
        middle = sum(pitches) / len(pitches)
        cost = 0.35 * abs(middle - centre)
        if previous:
            cost += sum(min(abs(p - q) for q in previous) for p in pitches)
        if cost < cost_of_best:
            best, cost_of_best = pitches, cost
    return best


def melody_scale(chord: Chord, tonic: int, mode: str) -> tuple[int, ...]:
    """Returns the pitch classes to sing over a chord: the scale, altered to the chord's tones."""
    over = set(chord.pitch_classes)
    steps = []
    for step in SCALES[mode]:
        if step in over:
            steps.append(step)
        elif (step + 1) % 12 in over and (step + 1) % 12 not in SCALES[mode]:
            steps.append((step + 1) % 12)
        elif (step - 1) % 12 in over and (step - 1) % 12 not in SCALES[mode]:
            steps.append((step - 1) % 12)
        else:
            steps.append(step)
    return tuple(sorted({(tonic + step) % 12 for step in steps}))
