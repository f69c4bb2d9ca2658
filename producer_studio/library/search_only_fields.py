"""Declarations of search fields that are no field of a clip: lists, presets, outcomes, flags."""

from producer_studio.library.field_spec import (
    FieldSpec,
    ListColumn,
    Search,
    SearchKind,
    Sort,
    ValueKind,
)
from producer_studio.library.search_flags import HAS_FLAGS, IS_FLAGS
from producer_studio.translation import mark

_PRESET = """(SELECT coalesce(p.name, s.preset) FROM presses s
    LEFT JOIN presets p ON p.id = s.preset WHERE s.id = c.press AND s.preset IS NOT NULL)"""
"""Name of the preset that the press of a clip was made from; the id of one that was deleted."""


def _yes_no(name: str, label: str) -> FieldSpec:
    """Declares a field that asks for a flag of the same name."""
    return FieldSpec(name=name, search=Search(SearchKind.YES_NO, (name,), flag=name, label=label))


def _outcome(name: str, outcome: str, label: str) -> FieldSpec:
    """Declares a field that asks for an outcome against another clip."""
    return FieldSpec(
        name=name, search=Search(SearchKind.OPPONENT, (name,), flag=outcome, label=label)
    )


SEARCH_ONLY_FIELDS: tuple[FieldSpec, ...] = (
    _yes_no("exported", mark("Exported")),
    _yes_no("judged", mark("Compared")),
    _yes_no("blind", mark("Compared blind")),
    _outcome("beat", "won", mark("Won against")),
    _outcome("lost", "lost", mark("Lost against")),
    FieldSpec(
        name="preset",
        kind=ValueKind.PRESET,
        label=mark("Preset"),
        search=Search(SearchKind.CONTAINS, ("preset",), "preset", _PRESET),
        sort=Sort(f"coalesce({_PRESET}, '')", index_since=0),
        list_column=ListColumn(44, width=96, is_optional=True),
    ),
    FieldSpec(
        name="similar",
        search=Search(SearchKind.SIMILAR, ("similar", "like"), label=mark("Sounds like")),
    ),
    FieldSpec(
        name="list", search=Search(SearchKind.LIST, ("list", "playlist"), label=mark("List"))
    ),
    FieldSpec(
        name="has", search=Search(SearchKind.FLAGS, ("has",), flags=HAS_FLAGS, label=mark("Has"))
    ),
    FieldSpec(
        name="is", search=Search(SearchKind.FLAGS, ("is",), flags=IS_FLAGS, label=mark("Is"))
    ),
)
