"""Provenance sheet: how a sound was made, as text and as HTML, for whoever asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Self
from unicodedata import east_asian_width

from producer_studio.domain.text import to_single_line
from producer_studio.translation import tr, tr_message
from producer_studio.translation.active import language

_LABEL_WIDTH = 22
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class ProvenanceRow:
    """One fact; a text of several lines is set as it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ProvenanceGroup:
    """Facts that belong together."""

    heading: str
    rows: tuple[ProvenanceRow, ...]


@dataclass(frozen=True, slots=True)
class ProvenanceSheet:
    """All that is known of how a sound was made.

    It is written in the language of the process; the texts of users stay as they are.
    """

    title: str
    groups: tuple[ProvenanceGroup, ...]

    def with_group(self, heading: str, rows: Sequence[tuple[str, str]]) -> Self:
        """Returns the sheet with one more group; rows without a text are left out."""
        return replace(self, groups=(*self.groups, create_group(heading, rows)))

    def to_text(self) -> str:
        """Returns the sheet as plain text."""
        title = to_single_line(tr_message(self.title))
        lines = [title, "=" * _width(title)]
        for group in self.groups:
            # Of titles, too: a line break in one must not look like facts of this program.
            heading = to_single_line(tr_message(group.heading))
            lines += ["", heading, "-" * _width(heading)]
            for row in group.rows:
                lines += _text_lines(row)
        return "\n".join([*lines, ""])

    def to_html(self) -> str:
        """Returns the sheet as one HTML page, which loads nothing."""
        body = "".join(_html_group(group) for group in self.groups)
        title = escape(tr_message(self.title))
        code = language().code.replace("_", "-")
        return _PAGE.format(code=code, title=title, style=_STYLE, body=body)


def create_group(heading: str, rows: Sequence[tuple[str, str]]) -> ProvenanceGroup:
    """Returns a group of the rows that have a text."""
    return ProvenanceGroup(
        heading, tuple(ProvenanceRow(label, text) for label, text in rows if text.strip())
    )


def _text_lines(row: ProvenanceRow) -> Iterator[str]:
    label, lines = _label(row), tr_message(row.text).strip().splitlines()
    if len(lines) == 1:
        yield f"{label}{' ' * max(1, _LABEL_WIDTH - _width(label))}{lines[0]}"
        return
    yield label
    for line in lines:
        yield f"{_INDENT}{line}".rstrip()


def _label(row: ProvenanceRow) -> str:
    return tr("{label}:", label=row.label)


def _width(text: str) -> int:
    """Returns the width of a text in columns: ideographs have two."""
    return sum(1 + (east_asian_width(one) in "WF") for one in text)


def _html_group(group: ProvenanceGroup) -> str:
    rows = "".join(
        f"<dt>{escape(tr_message(row.label))}</dt><dd>{escape(tr_message(row.text).strip())}</dd>\n"
        for row in group.rows
    )
    return f"<h2>{escape(tr_message(group.heading))}</h2>\n<dl>\n{rows}</dl>\n"


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:46em;margin:3em auto;padding:0 1.5em;"
    "color:#1d1e20;background:#fbfaf9}h1{font-size:1.6em;margin:0 0 1em}h2{font-size:1em;"
    "margin:2em 0 .5em;padding-bottom:.3em;border-bottom:1px solid #e2dfda}"
    "dl{display:grid;grid-template-columns:12em 1fr;gap:.3em 1em;margin:0}dt{color:#5c6068}"
    "dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{color:#eceef1;background:#17181b}"
    "h2{border-color:#2a2d33}dt{color:#a3a8b3}}"
)
_PAGE = (
    '<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
    "<style>{style}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
)
