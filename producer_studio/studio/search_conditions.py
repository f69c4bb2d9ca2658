"""Conditions of a search, for the window and the command line."""

from producer_studio.library.search.conditions import (
    Comparator,
    Condition,
    Conditions,
    field_labels,
    fixed_values,
    has_listed_values,
    list_comparisons,
    read_conditions,
    value_example,
)

__all__ = [
    "Comparator",
    "Condition",
    "Conditions",
    "field_labels",
    "fixed_values",
    "has_listed_values",
    "list_comparisons",
    "read_conditions",
    "value_example",
]
