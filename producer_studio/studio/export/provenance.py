"""Collects what a provenance sheet says of a clip."""

from collections.abc import Iterator
from datetime import datetime

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.decibels import loudness_text, true_peak_text
from producer_studio.domain.ids import ClipId
from producer_studio.domain.key_text import key_text
from producer_studio.domain.known_times import strip_time_tags
from producer_studio.domain.operation import Operation
from producer_studio.domain.provenance import ProvenanceGroup, ProvenanceSheet, create_group
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    STRENGTHS,
    WEIRDNESS,
)
from producer_studio.domain.text import join_words
from producer_studio.domain.timestamps import to_local_time
from producer_studio.library.library import Library
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import Message, join_texts, mark, pmark
from producer_studio.translation.numbers import FixedDecimal

_MAX_ANCESTORS = 100
_STRENGTH_NAMES = {
    LYRICS_STRENGTH.name: mark("lyrics strength"),
    SOUND_STRENGTH.name: mark("sound strength"),
    WEIRDNESS.name: mark("weirdness"),
    COVER_STRENGTH.name: mark("cover strength"),
}


class Provenance:
    """Describes how a clip was made, from its row, its ancestors and the accounts' plans."""

    def __init__(self, library: Library, accounts: Accounts) -> None:
        self._library = library
        self._accounts = accounts

    async def describe(self, clip: Clip, artist: str = "") -> ProvenanceSheet:
        """Returns the sheet of a clip. Names of accounts, tags and notes are private: not in it."""
        steps = await self._lineage(clip)
        groups = [_about(clip, artist), *self._step_groups(steps), _edits(clip, steps)]
        title = mark("Provenance of “{title}”", title=clip.display_title or mark("Untitled"))
        return ProvenanceSheet(title, tuple(group for group in groups if group.rows))

    async def _lineage(self, clip: Clip) -> list[Clip]:
        """Returns the clip and what it was made from, the clip first, as far as it is known."""
        steps = [clip]
        known: set[ClipId] = {clip.id}
        while (parent := steps[-1].parent) is not None and len(steps) < _MAX_ANCESTORS:
            found = await self._library.clips.get(parent)
            if found is None or found.id in known:
                break
            known.add(found.id)
            steps.append(found)
        return steps

    def _step_groups(self, steps: list[Clip]) -> Iterator[ProvenanceGroup]:
        for number, step in enumerate(steps):
            if number == 0:
                yield create_group(mark("How it was made"), list(self._rows(step)))
            else:
                title = step.display_title or mark("Untitled")
                heading = mark("Made from: “{title}”", title=title)
                yield create_group(heading, list(self._rows(step)))
        last = steps[-1]
        if last.parent is not None:
            text = mark(
                "A clip that is not in this library any more ({id})", id=str(last.parent[:8])
            )
            yield create_group(mark("Made from"), [(mark("Source"), text)])

    def _rows(self, clip: Clip) -> Iterator[tuple[str, str]]:
        recipe = clip.recipe
        is_local = clip.operation.is_local
        label = clip.operation.label
        made = mark("{operation} on this computer", operation=label) if is_local else label
        yield mark("Operation"), made
        yield mark("Part"), _part_text(clip)
        if not is_local:
            yield mark("Service"), _service_text(clip)
            yield mark("Model"), clip.model
            account = self._accounts.get(clip.account)
            plan = account.plan if account is not None else ""
            yield mark("Plan"), plan and mark("{plan} (as typed by the user)", plan=plan)
            yield mark("Made"), _time_text(clip.created_at)
            yield mark("Id at the service"), clip.remote_id or ""
        yield mark("Added"), _time_text(clip.added_at)
        if clip.operation is Operation.UPLOAD:
            yield mark("File"), recipe.file_name
        if not is_local:
            yield pmark("style prompt", "Sound"), recipe.sound or clip.sound
            yield mark("Instruction"), recipe.instruction
            yield mark("Lyrics"), strip_time_tags(recipe.lyrics or clip.lyrics)
            yield mark("Topic of the lyrics"), recipe.prompt
            yield mark("Instrumental"), mark("yes") if recipe.instrumental else ""
            yield mark("Seed"), clip.seed or recipe.seed
            yield mark("Strengths"), _strengths_text(clip)
        yield "SHA-256", clip.sha256
        yield mark("Id"), clip.id


def _about(clip: Clip, artist: str) -> ProvenanceGroup:
    measured = clip.measured
    return create_group(
        mark("About"),
        [
            (mark("Title"), clip.title),
            (mark("Take"), clip.take_label),
            (mark("Artist"), artist),
            (mark("Length"), _length_text(measured.duration_s)),
            (mark("Tempo"), clip.bpm_text),
            (pmark("music", "Key"), key_text(clip.key)),
            (mark("Loudness"), loudness_text(measured.loudness_lufs)),
            (mark("True peak"), true_peak_text(measured.true_peak_dbtp)),
        ],
    )


def _edits(clip: Clip, steps: list[Clip]) -> ProvenanceGroup:
    """Returns what people changed of what the services delivered."""
    changed: list[str] = []
    if clip.recipe.title and clip.title != clip.recipe.title:
        changed.append(mark("title"))
    has_words = clip.lyrics.strip() and clip.recipe.lyrics.strip()
    if has_words and strip_time_tags(clip.lyrics).split() != clip.recipe.lyrics.split():
        changed.append(mark("lyrics as shown"))
    changed += [mark("tempo")] if clip.bpm_override is not None else []
    changed += [pmark("music", "key")] if clip.key_override else []
    local = [
        mark(
            "{operation} on {time}",
            operation=step.operation.label,
            time=_time_text(step.added_at) or mark("an unknown day"),
        )
        for step in reversed(steps)
        if step.operation.is_local
    ]
    text = mark("Set by the user: {fields}", fields=join_words(changed)) if changed else ""
    rows = [(mark("Texts and numbers"), text), (pmark("audio", "Sound"), join_texts(local, "\n"))]
    return create_group(mark("Edited"), rows)


def _service_text(clip: Clip) -> str:
    try:
        return Service(clip.service).label
    except ValueError:
        return clip.service


def _part_text(clip: Clip) -> str:
    recipe = clip.recipe
    if recipe.starts_at_s is None:
        return ""
    start = _length_text(recipe.starts_at_s) or "0:00"
    if clip.operation is Operation.EXTEND:
        return mark("continued from {start}", start=start)
    if clip.operation is Operation.REPLACE:
        end = mark("the end") if recipe.ends_at_s is None else _length_text(recipe.ends_at_s)
        return mark("{start} to {end}", start=start, end=end)
    return ""


def _strengths_text(clip: Clip) -> str:
    return join_texts(
        join_texts((_STRENGTH_NAMES[item.name], _number(value)), " ")
        for item in (*STRENGTHS, COVER_STRENGTH)
        if (value := getattr(clip.recipe, item.name)) is not None
    )


def _number(value: float) -> str:
    return Message("{number}", {"number": FixedDecimal(value, 2)})


def _time_text(moment: datetime) -> str:
    return f"{to_local_time(moment):%Y-%m-%d %H:%M:%S %z}" if is_known_time(moment) else ""


def _length_text(seconds: float) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds * 10), 600)
    return f"{minutes}:{rest / 10:04.1f}"
