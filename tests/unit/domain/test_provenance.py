"""Provenance sheets as text and as HTML."""

from html.parser import HTMLParser

from producer_studio.domain.provenance import ProvenanceSheet, create_group
from producer_studio.translation import mark
from tests.support.shown_language import shown_in

SHEET = ProvenanceSheet(
    "Provenance of “<b>Tide</b>”",
    (
        create_group("About", [("Title", "Tide & Co"), ("Artist", " "), ("Key", "F minor")]),
        create_group("Sound", [("Lyrics", "one\n\n  <script>two</script>\n")]),
    ),
)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {"href", "src", "onload"} & {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts += [data] if data.strip() else []


def test_the_text_has_every_fact_that_is_known() -> None:
    assert SHEET.to_text() == (
        "Provenance of “<b>Tide</b>”\n===========================\n\n"
        "About\n-----\n"
        "Title:                Tide & Co\n"
        "Key:                  F minor\n\n"
        "Sound\n-----\n"
        "Lyrics:\n  one\n\n    <script>two</script>\n"
    )


def test_the_page_shows_texts_as_they_are_and_loads_nothing() -> None:
    page = _Texts()
    page.feed(SHEET.with_group("This file", [("Name", "Tide.wav"), ("Remarks", "")]).to_html())
    assert {"script", "b", "img", "link"} & page.tags == set()
    assert page.texts[-11:] == [
        "About", "Title", "Tide & Co", "Key", "F minor",
        "Sound", "Lyrics", "one\n\n  <script>two</script>",
        "This file", "Name", "Tide.wav",
    ]  # fmt: skip


def test_a_line_break_in_a_title_makes_no_heading() -> None:
    text = "Low\n\nEdited\n------\nService: nobody"
    sheet = ProvenanceSheet(f"Provenance of “{text}”", ())
    sheet = sheet.with_group(f"Made from: “{text}”", [("Title", text)])
    assert "\nEdited" not in sheet.to_text()


def test_a_sheet_is_in_the_language_of_the_process_and_texts_of_users_are_not() -> None:
    title = mark("Provenance of “{title}”", title="Title")
    rows = [(mark("Title"), "Title"), (mark("Instrumental"), mark("yes"))]
    sheet = ProvenanceSheet(title, (create_group(mark("How it was made"), rows),))
    with shown_in("de"):
        assert sheet.to_text() == (
            "Herkunft von „Title“\n====================\n\n"
            "Wie es entstanden ist\n---------------------\n"
            "Titel:                Title\n"
            "Instrumental:         ja\n"
        )
        assert '<html lang="de">' in sheet.to_html()
    with shown_in("zh_CN"):
        # Ideographs are two columns wide.
        assert "制作方式\n--------\n标题：                Title\n" in sheet.to_text()
        assert '<html lang="zh-CN">' in sheet.to_html()
    assert sheet.to_text().startswith("Provenance of “Title”")
