"""Which language is used, and how it writes numbers and dates."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from babel import Locale, dates, numbers

from producer_studio.translation import active, tr
from producer_studio.translation.dates import (
    format_clock,
    format_date,
    format_month,
    format_numeric_date,
    format_short_date,
    format_short_month,
    format_weekday,
)
from producer_studio.translation.languages import (
    ENGLISH,
    LANGUAGES,
    choose_language,
    is_language_forced,
    languages_of_environment,
)
from producer_studio.translation.numbers import (
    format_count,
    format_decimal,
    format_shortest,
    parse_decimal,
)

DAY = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    active.set_messages(ENGLISH, {})


def use(code: str) -> None:
    active.set_messages(LANGUAGES[code], {})


@pytest.mark.parametrize(
    ("preference", "system", "code"),
    [
        ("de", ["zh_CN"], "de"),
        ("system", ["de_AT.UTF-8"], "de"),
        ("system", ["zh-Hans-CN"], "zh_CN"),
        ("system", ["zh_SG.utf8"], "zh_CN"),
        ("system", ["zh_TW", "de"], "de"),
        ("system", ["zh-Hant-HK"], "en"),
        ("system", ["fr_FR", "de_CH@euro"], "de"),
        ("system", ["en_GB", "de"], "en"),
        ("system", ["C.UTF-8"], "en"),
        ("system", [], "en"),
        ("klingon", ["de"], "de"),
    ],
)
def test_a_language_is_chosen(preference: str, system: list[str], code: str) -> None:
    assert choose_language(preference, system) == code


@pytest.mark.parametrize(
    ("environ", "languages"),
    [
        ({"LANG": "de_DE.UTF-8"}, ["de_DE.UTF-8"]),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_CN"}, ["zh_CN"]),
        ({"LANG": "de_DE", "LANGUAGE": "zh_CN:en"}, ["zh_CN", "en", "de_DE"]),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "de"}, ["en"]),
        ({"LANGUAGE": "de"}, ["de"]),
    ],
)
def test_the_environment_names_languages(environ: dict[str, str], languages: list[str]) -> None:
    assert languages_of_environment(environ) == languages


def test_scripts_override_the_choice() -> None:
    assert is_language_forced({"LC_ALL": "C"})
    assert is_language_forced({"LANGUAGE": "en"})
    assert not is_language_forced({"LANG": "de_DE.UTF-8"})


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("en", ["3 November 2026", "November 2026", "3 Nov", "Nov 2026", "Tue", "2026-11-03"]),
        ("de", ["3. November 2026", "November 2026", "3. Nov.", "Nov. 2026", "Di.", "03.11.2026"]),
        ("zh_CN", ["2026年11月3日", "2026年11月", "11月3日", "2026年11月", "周二", "2026-11-03"]),
    ],
)
def test_dates(code: str, texts: list[str]) -> None:
    use(code)
    formats = (
        format_date, format_month, format_short_date, format_short_month, format_weekday,
        format_numeric_date,
    )  # fmt: skip
    assert [form(DAY) for form in formats] == texts
    assert format_clock(datetime(2026, 11, 3, 4, 5)) == "04:05"  # noqa: DTZ001 - a local time


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("en", ["1\u202f482", "\u22121\u202f240.50", "2.5", "1\u202f240"]),
        ("de", ["1.482", "\u22121.240,50", "2,5", "1.240"]),
        ("zh_CN", ["1,482", "\u22121,240.50", "2.5", "1,240"]),
    ],
)
def test_numbers(code: str, texts: list[str]) -> None:
    use(code)
    assert [
        format_count(1482), format_decimal(-1240.5, 2), format_shortest(2.5, 2),
        format_shortest(1240.0, 2),
    ] == texts  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text", "number"),
    [
        ("en", "1\u202f240.5", 1240.5),
        ("en", "2,5", 2.5),
        ("de", "1.240,5", 1240.5),
        ("de", "1.240", 1240.0),
        ("de", "2.5", 2.5),
        ("de", "0.125", 0.125),
        ("de", "2,125", 2.125),
        ("zh_CN", "1,240", 1240.0),
        ("zh_CN", "2,5", 2.5),
        ("zh_CN", "\u22122.5", -2.5),
    ],
)
def test_typed_numbers(code: str, text: str, number: float) -> None:
    use(code)
    assert parse_decimal(text) == number


@pytest.mark.parametrize("text", ["", "many", "1,2,3", "1.2.3"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_decimal(text)


@pytest.mark.parametrize("code", ["de", "zh_CN"])
def test_the_forms_are_those_of_the_cldr(code: str) -> None:
    chosen, locale = LANGUAGES[code], Locale.parse(code)
    use(code)
    assert chosen.decimal_point == numbers.get_decimal_symbol(locale)
    assert chosen.group_separator == numbers.get_group_symbol(locale)
    names = dates.get_month_names("abbreviated", locale=locale)
    assert chosen.short_months == tuple(names.values())
    for month in range(1, 13):
        day = date(2026, month, 9)
        assert format_date(day) == dates.format_date(day, "long", locale)
        assert format_month(day) == dates.format_skeleton("yMMMM", day, locale=locale)


def test_english_reads_no_file(tmp_path: Path) -> None:
    active.use_language("en", tmp_path)
    assert active.language() is ENGLISH


def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"de\.po"):
        active.use_language("de", tmp_path)
    (tmp_path / "de.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "a', "utf-8")
    with pytest.raises(ValueError, match="message"):
        active.use_language("de", tmp_path)
    assert active.language() is ENGLISH


def test_messages_come_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: de\\n"\n\n'
        'msgid "One"\nmsgstr "Eins"\n\n'
        '#, fuzzy\nmsgid "Two"\nmsgstr "Zwo"\n\n'
        'msgid "Three"\nmsgstr ""\n\n'
        'msgid ""\n"A \\"long\\" "\n"text\\n"\nmsgstr "Ein \\\\n „langer“\\tText"\n',
        "utf-8",
    )
    active.use_language("de", tmp_path)
    assert tr("One") == "Eins"
    assert tr("Two") == "Two"
    assert tr("Three") == "Three"
    assert tr('A "long" text\n') == "Ein \\n „langer“\tText"


def test_a_message_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    twice = 'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'
    (tmp_path / "de.po").write_text(twice, "utf-8")
    with pytest.raises(ValueError, match="twice"):
        active.use_language("de", tmp_path)
