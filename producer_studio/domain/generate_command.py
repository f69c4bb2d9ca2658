"""Line of `producer-studio generate` that requests what a recipe requests."""

import re
import shlex
from collections.abc import Mapping

from producer_studio.domain.ids import AccountName
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.signed_url import strip_url_signatures
from producer_studio.domain.text import TERMINAL_CONTROLS

_OPTIONS: Mapping[str, str] = {
    "starts_at_s": "--from",
    "ends_at_s": "--to",
    "length_s": "--length",
    "audio_url": "--source",
    "audio_file": "--source",
    "prompt": "--sound",
}
_FIELDS = (
    "source",
    "audio_url",
    "audio_file",
    "starts_at_s",
    "ends_at_s",
    "length_s",
    "instruction",
    "sound",
    "prompt",
    "lyrics",
    "title",
    "model",
    "seed",
    "lyrics_strength",
    "sound_strength",
    "weirdness",
    "cover_strength",
    "cover_url",
    "preset",
    "webhook_url",
)
_UNSAFE = re.compile(f"[\t{TERMINAL_CONTROLS}]")
"""A terminal completes a word at a tab that is pasted."""

_URL_FIELDS = frozenset({"audio_url", "cover_url", "webhook_url"})


def option_for(field: str) -> str:
    """Returns the option of `generate` that sets a field of the recipe."""
    return _OPTIONS.get(field, f"--{field.replace('_', '-')}")


def generate_command(
    recipe: Recipe, account: AccountName, takes: int = 1, *, register: bool = False
) -> str:
    """Returns the line, quoted for a POSIX shell.

    URLs end before their signatures, as in a preview of the request. Zero bytes, which no command
    can have, are left out.

    Args:
        recipe: Recipe of the first take.
        register: Whether the source may be uploaded first.
    """
    words = ["producer-studio", "generate", f"--account={account}", f"--op={recipe.operation}"]
    for field in _FIELDS:
        value = getattr(recipe, field)
        if value is None or value == "":
            continue
        text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
        if field in _URL_FIELDS:
            text = strip_url_signatures(text)
        words.append(f"{option_for(field)}={text}")
    if recipe.instrumental:
        words.append("--instrumental")
    if takes > 1:
        words.append(f"--takes={takes}")
    if register:
        words.append("--register")
    return " ".join(map(_quote, words))


def _quote(word: str) -> str:
    """Quotes a word; control characters are escaped, on which a terminal would act when pasted.

    The escapes are those of bash, zsh and POSIX of 2024.
    """
    text = word.replace("\0", "")
    if _UNSAFE.search(text) is None:
        return shlex.quote(text)
    plain = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{_UNSAFE.sub(_escape_bytes, plain)}'"


def _escape_bytes(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "replace"))
