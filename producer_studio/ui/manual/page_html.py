"""HTML of a page of the manual, with the user's keys, as a QTextDocument takes it."""

import html
import re

from producer_studio.studio.manual import ManualPage
from producer_studio.translation import tr
from producer_studio.ui.shortcuts.chosen_keys import shown_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import native_keys

PICTURE = "manual-picture"
"""Name of the picture of the page as a resource of the document."""

_KEYS = re.compile(r"<kbd>(.*?)</kbd>")
_FIGURE = re.compile(r"<figure>(.*?)</figure>", re.DOTALL)
_NO_BREAK = "\N{NO-BREAK SPACE}"


def page_html(page: ManualPage, picture_width: int) -> str:
    """Returns the body of a page.

    Args:
        picture_width: Width of the picture in logical pixels; 0 for none.
    """
    body = _KEYS.sub(lambda found: _key_html(html.unescape(found[1])), page.html)
    return _FIGURE.sub(lambda found: _figure_html(found[1], picture_width), body)


def style_sheet(style: Style) -> str:
    """Returns the style sheet of a page in the current theme and text size."""
    # Inside of a document, Qt knows few properties: no em, and a margin for blocks alone.
    text, muted, accent = (style.colour(name).name() for name in ("text1", "text2", "accent"))
    raised = style.colour("hover").name()
    return f"""
        body, p, li {{ color: {text}; font-size: {style.px(14)}px; line-height: 142%; }}
        p {{ margin-top: 0px; margin-bottom: {style.px(12)}px; }}
        h1 {{ font-size: {style.px(22)}px; font-weight: 600; color: {text};
              margin-top: 0px; margin-bottom: {style.px(12)}px; }}
        li {{ margin-bottom: {style.px(6)}px; }}
        a {{ color: {accent}; text-decoration: underline; }}
        p.caption {{ color: {muted}; font-size: {style.px(12)}px; }}
        p.picture {{ margin-bottom: {style.px(4)}px; line-height: 100%; }}
        .key {{ background-color: {raised}; font-size: {style.px(13)}px; font-weight: 500; }}
        code {{ background-color: {raised}; font-size: {style.px(13)}px; }}
    """


def _key_html(keys: str) -> str:
    if keys.startswith("@"):
        shown = shown_keys(keys.removeprefix("@")) or tr("None")
    else:
        shown = native_keys(keys)
    words = html.escape(shown).replace(" ", _NO_BREAK)
    return f'<span class="key">{_NO_BREAK}{words}{_NO_BREAK}</span>'


def _figure_html(caption: str, width: int) -> str:
    picture = f'<p class="picture"><img src="{PICTURE}" width="{width}"></p>' if width else ""
    return f'{picture}<p class="caption">{caption}</p>' if width else ""
