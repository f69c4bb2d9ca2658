"""The languages of the program, and which of them the system asks for."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SYSTEM = "system"
"""In place of a code: the language of the system."""

NARROW_SPACE = "\u202f"
"""Space between groups of thousands that does not break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayLanguage:
    """A language, with how it writes numbers and dates.

    The forms are those of the Unicode CLDR, but for English: its day comes before the month, and
    thousands are separated by spaces. Placeholders of the patterns: `{day}`, `{month}` (number),
    `{name}` (of the month), `{year}`.

    Attributes:
        code: As gettext names it; also the name of the file of messages.
        name: In the language itself.
        group_separator: Between thousands.
        months: Names of the months, January first.
        short_months: Short names of the months.
        short_days: Short names of the weekdays, Monday first.
        date_pattern: Such as "21 November 2026".
        month_pattern: Such as "November 2026".
        short_date_pattern: Day without its year, such as "21 Nov".
        short_month_pattern: Such as "Nov 2026".
        numeric_date_pattern: For columns of a table, such as "2026-11-21"; of equal width.
        plural_form: Number of the plural form for a count.
    """

    code: str
    name: str
    decimal_point: str
    group_separator: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    short_days: tuple[str, ...]
    date_pattern: str
    month_pattern: str
    short_date_pattern: str
    short_month_pattern: str
    numeric_date_pattern: str
    plural_form: Callable[[int], int]


ENGLISH = DisplayLanguage(
    code="en",
    name="English",
    decimal_point=".",
    group_separator=NARROW_SPACE,
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    short_months=(
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ),
    short_days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    date_pattern="{day} {name} {year}",
    month_pattern="{name} {year}",
    short_date_pattern="{day} {name}",
    short_month_pattern="{name} {year}",
    numeric_date_pattern="{year:04d}-{month:02d}-{day:02d}",
    plural_form=lambda count: int(count != 1),
)  # fmt: skip

_GERMAN = DisplayLanguage(
    code="de",
    name="Deutsch",
    decimal_point=",",
    group_separator=".",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
        "Oktober", "November", "Dezember",
    ),
    short_months=(
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.",
        "Dez.",
    ),
    short_days=("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."),
    date_pattern="{day}. {name} {year}",
    month_pattern="{name} {year}",
    short_date_pattern="{day}. {name}",
    short_month_pattern="{name} {year}",
    numeric_date_pattern="{day:02d}.{month:02d}.{year:04d}",
    plural_form=lambda count: int(count != 1),
)  # fmt: skip

_CHINESE_MONTHS = tuple(f"{month}月" for month in range(1, 13))

_CHINESE = DisplayLanguage(
    code="zh_CN",
    name="简体中文",
    decimal_point=".",
    group_separator=",",
    months=_CHINESE_MONTHS,
    short_months=_CHINESE_MONTHS,
    short_days=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    date_pattern="{year}年{name}{day}日",
    month_pattern="{year}年{name}",
    short_date_pattern="{name}{day}日",
    short_month_pattern="{year}年{name}",
    numeric_date_pattern="{year:04d}-{month:02d}-{day:02d}",
    plural_form=lambda _count: 0,
)

LANGUAGES: Mapping[str, DisplayLanguage] = {one.code: one for one in (ENGLISH, _GERMAN, _CHINESE)}
"""All languages by their codes, in the order in which they are offered."""

_SIMPLIFIED_REGIONS = frozenset({"", "cn", "sg", "my", "hans"})


def choose_language(preference: str, system_languages: Sequence[str]) -> str:
    """Returns the code of the language to use.

    Args:
        preference: A code, or `SYSTEM`. Any other text counts as `SYSTEM`.
        system_languages: Names of languages such as "de_AT.UTF-8" or "zh-Hans-CN", the preferred
            one first.
    """
    if preference in LANGUAGES:
        return preference
    return next((code for name in system_languages if (code := _match(name))), ENGLISH.code)


def _match(name: str) -> str:
    """Returns the code of a named language; empty for one that the program does not have."""
    parts = name.split(".")[0].split("@")[0].replace("-", "_").lower().split("_")
    language, region = parts[0], parts[1] if len(parts) > 1 else ""
    if language == "zh":
        # Readers of traditional characters are better off with what they chose next.
        return "zh_CN" if region in _SIMPLIFIED_REGIONS else ""
    return language if language in LANGUAGES else ""


def is_language_forced(environ: Mapping[str, str]) -> bool:
    """Whether the environment overrides the user's choice, as scripts do with LC_ALL=C."""
    return bool(environ.get("LC_ALL") or environ.get("LANGUAGE"))


def languages_of_environment(environ: Mapping[str, str]) -> list[str]:
    """Returns the languages that the environment asks for, as gettext reads it.

    LANGUAGE is a list of them, and is ignored in the locale "C".
    """
    locale = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    if locale.split(".")[0] in {"C", "POSIX"}:
        return ["en"]
    listed = [name for name in environ.get("LANGUAGE", "").split(":") if name]
    found = [*listed, locale] if locale else listed
    return found or _language_of_windows()


def _language_of_windows() -> list[str]:
    """Returns the language of Windows' own windows; empty on other systems."""
    if sys.platform != "win32":
        return []
    # Only Windows needs them.
    import ctypes
    import locale

    number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return [name] if (name := locale.windows_locale.get(number)) else []
