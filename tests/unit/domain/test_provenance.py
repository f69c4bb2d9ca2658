"""Provenance sheets as text and as HTML."""

from html.parser import HTMLParser

from producer_studio.domain.provenance import ProvenanceSheet, create_group

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
