"""The files of messages: what the code says is in them, and packages named here are translated."""

import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

import languages
from producer_studio.studio.templates import read_templates
from producer_studio.translation.languages import ENGLISH, LANGUAGES
from producer_studio.translation.po_file import read_po_file
from tests.support.translated_packages import TRANSLATED

ROOT = Path(__file__).parents[2]


def texts(message: Message) -> list[tuple[str, str]]:
    """Each form of a translation with the English that it translates."""
    if not isinstance(message.id, tuple | list):
        return [(message.id, str(message.string))]
    singular, plural = message.id
    forms = list(message.string)
    return [(singular, forms[0]), *((plural, form) for form in forms[1:])] if len(forms) > 1 else [
        (plural, forms[0])
    ]  # fmt: skip


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_has_a_file() -> None:
    assert set(languages.CODES) == LANGUAGES.keys() - {ENGLISH.code}


@pytest.mark.parametrize("code", languages.CODES)
def test_the_files_have_the_texts_of_the_code(code: str) -> None:
    """`packaging/languages.py` has nothing to do."""
    catalogue, gone = languages.update(code, languages.extract_all())
    assert gone == []
    assert (languages.FOLDER / f"{code}.po").read_bytes() == languages.render(code, catalogue)


@pytest.mark.parametrize("code", languages.CODES)
def test_the_program_reads_what_babel_wrote(code: str) -> None:
    expected = {
        (str(one.context or ""), languages.singular(one)): tuple(
            one.string if isinstance(one.string, tuple | list) else (one.string,)
        )
        for one in languages.read_catalogue(code)
        if one.id and languages.is_translated(one)
    }
    assert read_po_file(languages.FOLDER / f"{code}.po") == expected


@pytest.mark.parametrize("code", languages.CODES)
def test_translations_have_the_placeholders_of_the_english(code: str) -> None:
    """A form for one may leave the number out: "Ein Clip"."""
    wrong = [
        english
        for one in languages.read_catalogue(code)
        if one.id and languages.is_translated(one)
        for english, translation in texts(one)
        if names(translation) | {"count"} != names(english) | {"count"}
        or (not isinstance(one.id, tuple) and names(translation) != names(english))
    ]
    assert wrong == []


@pytest.mark.parametrize("code", languages.CODES)
def test_translations_begin_and_end_as_the_english(code: str) -> None:
    """Spaces at the ends, line breaks, marks of keys, and the dots of a menu entry."""
    wrong = [
        english
        for one in languages.read_catalogue(code)
        if one.id and languages.is_translated(one) and one.context not in {"two sentences", "list"}
        for english, translation in texts(one)
        if english[:1].isspace() != translation[:1].isspace()
        or english[-1:].isspace() != translation[-1:].isspace()
        or english.endswith("…") != translation.endswith("…")
        or english.count("\n") != translation.count("\n")
        or english.count("&") != translation.count("&")
    ]
    assert wrong == []


@pytest.mark.parametrize("package", TRANSLATED)
@pytest.mark.parametrize("code", languages.CODES)
def test_packages_are_translated(code: str, package: str) -> None:
    catalogue = languages.read_catalogue(code)
    folder = languages.PACKAGE / package
    found = list(
        languages.extract(folder.with_suffix(".py"))
        if not folder.is_dir()
        else languages.extract_package(folder)
    )
    assert found, f"{package} has no text, or is gone"
    messages = [(one, catalogue.get(one.texts[0], one.context or None)) for one in found]
    assert [
        f"{one.file}:{one.line}: {one.texts[0]}"
        for one, message in messages
        if message is None or not languages.is_translated(message)
    ] == []


@pytest.mark.parametrize("code", languages.CODES)
def test_templates_are_translated(code: str) -> None:
    catalogue = languages.read_catalogue(code)
    found = languages.extract_templates()
    shown = {
        (text.template, text.context)
        for group in read_templates(ROOT / "resources")
        for text in (
            group.name,
            group.about,
            *(text for one in group.templates for text in (one.title, one.shows)),
        )
    }
    assert shown == {(one.texts[0], one.context) for one in found}
    messages = [catalogue.get(text, context) for text, context in shown]
    assert all(one is not None and languages.is_translated(one) for one in messages)


def test_texts_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "tr('One ' 'text', name=tr('Inner'))\n"
        "# Translators: of a menu\n"
        "# of the list\n"
        "ntr('{count} clip', '{count} clips', 3)\n"
        "ptr('verb', 'Export')\nmark('Later')\nother('Not this')\ntr(NAME)\n",
        "utf-8",
    )
    monkeypatch.setattr(languages, "ROOT", tmp_path)
    found = list(languages.extract(path))
    assert [(one.context, one.texts, one.comment) for one in found] == [
        ("", ("One text",), ""),
        ("", ("Inner",), ""),
        ("", ("{count} clip", "{count} clips"), "of a menu of the list"),
        ("verb", ("Export",), ""),
        ("", ("Later",), ""),
    ]


def test_translations_are_kept_and_texts_that_are_gone_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    entries = ('msgid ""\nmsgstr ""', 'msgid "Old"\nmsgstr "Alt"', 'msgid "Kept"\nmsgstr "Bleibt"')
    (tmp_path / "de.po").write_text("\n\n".join(entries), "utf-8")
    found = [
        languages.Found("b.py", 1, ("Kept",)),
        languages.Found("a.py", 1, ("{count} clip", "{count} clips")),
    ]
    catalogue, gone = languages.update("de", found)
    assert gone == ["Old"]
    assert catalogue["Kept"].string == "Bleibt"
    (tmp_path / "de.po").write_bytes(languages.render("de", catalogue))
    assert read_po_file(tmp_path / "de.po") == {("", "Kept"): ("Bleibt",)}


def test_the_command_says_what_is_missing() -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "languages.py"), "--missing"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stdout.startswith("de: ")
