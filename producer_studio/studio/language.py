"""Sets the language of this process."""

import logging
from collections.abc import Mapping, Sequence

from producer_studio.settings.paths import default_paths, find_resources_folder
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.translation.active import language, use_language
from producer_studio.translation.languages import (
    LANGUAGES,
    SYSTEM,
    choose_language,
    is_language_forced,
    languages_of_environment,
)

log = logging.getLogger(__name__)

LANGUAGE_CHOICES: Mapping[str, str] = {one.code: one.name for one in LANGUAGES.values()}
"""Codes that the preference may have, besides `SYSTEM`, and their names in their own language."""


def apply_language(preference: str, system_languages: Sequence[str]) -> bool:
    """Sets the language of this process; English where its messages cannot be read.

    Args:
        preference: Code of a language, or `SYSTEM`.
        system_languages: Names of languages such as "de_AT", the preferred one first.

    Returns:
        Whether another language was set than before.
    """
    code = choose_language(preference, system_languages)
    before = language()
    if code == before.code:
        return False
    try:
        use_language(code, find_resources_folder() / "languages")
    except (OSError, ValueError) as error:
        log.warning("Messages of a language could not be read: %s", error)
        return False
    return True


def apply_command_language(environ: Mapping[str, str]) -> None:
    """Sets the language of a command: LC_ALL or LANGUAGE, else the preference, else LANG."""
    preference: str = SYSTEM
    if not is_language_forced(environ):
        preference = PreferencesFile(default_paths(environ).preferences_file).peek().language
    apply_language(preference, languages_of_environment(environ))
