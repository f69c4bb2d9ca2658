"""Validation of recipes: what would be rejected or wasted, in the order to fix it."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import (
    TITLE_LIMIT,
    Issue,
    Severity,
    check_lyrics,
    check_sound,
    is_placeholder,
)
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.domain.text_limits import LIMITED_FIELDS, length_message
from producer_studio.translation import mark

WEBHOOK_URL_LIMIT = 1024
"""Characters of a webhook's URL ("MusicAPI, Producer API")."""

_TIME_TOLERANCE_S = 0.1
"""Times are entered in tenths of a second; the end of a clip may be rounded up."""

NO_TEXT_ISSUE = Issue(Severity.EMPTY, mark("Write a sound or lyrics first"))

_EXAMPLE_ADDRESS_MESSAGES: Mapping[str, str] = {
    "audio_url": mark("Enter your own address of the song: this is an example"),
    "cover_url": mark("Enter your own address of the cover art: this is an example"),
    "webhook_url": mark("Enter your own address of the webhook: this is an example"),
}
_REQUIRED_FIELD_MESSAGES: Mapping[str, str] = {
    "source": mark("Choose a clip to work on first"),
    "starts_at_s": mark("Enter a start time"),
    "ends_at_s": mark("Enter an end time: this service requires it"),
    "length_s": mark("Enter the length to add"),
    "sound": mark("Write a sound first"),
    "lyrics": mark("Write the lyrics first"),
    "instruction": mark("Write an instruction first"),
    "prompt": mark("Describe what the song is about"),
    "title": mark("Enter a title first"),
    "audio_url": mark("Choose a file, or enter its public address"),
}


def validate(
    recipe: Recipe, capabilities: Capabilities, service: str, source_s: float = 0.0
) -> list[Issue]:
    """Finds all problems that prevent a recipe from being sent, in the order to fix them.

    The limits of "MusicAPI, Producer API" hold where the account has none of its own.

    Args:
        capabilities: Those of the account.
        service: Name of the service, for messages about its limits.
        source_s: Length of the source in seconds; 0 if unknown.
    """
    capability = capabilities.get(recipe.operation)
    if not capability.available:
        return [Issue(Severity.BLOCKING, capability.unavailable_reason, "operation")]
    issues = [
        *_find_choices_not_offered(recipe, capability, capabilities, service),
        *_find_text_issues(recipe),
    ]
    required = set(capability.required) | _required_by_operation(recipe.operation)
    if "source" in required:
        issues += _find_missing(recipe, ["source"])
    issues += _find_strengths_out_of_range(recipe, capabilities)
    issues += _find_time_issues(recipe, source_s)
    issues += _find_webhook_issues(recipe)
    issues += _find_example_addresses(recipe)
    reported = {issue.field for issue in issues}
    issues += _find_missing(
        recipe, (name for name in _REQUIRED_FIELD_MESSAGES if name in required - reported)
    )
    reported = {issue.field for issue in issues}
    issues += [
        issue
        for issue in _find_texts_over_limit(recipe, capabilities, service)
        if issue.field not in reported
    ]
    return issues


def _required_by_operation(operation: Operation) -> set[str]:
    """Returns the fields that every service requires."""
    required = {"source"} if operation.needs_source else set()
    if operation is Operation.UPLOAD:
        required.add("audio_url")
    if operation is Operation.LYRICS:
        required.add("prompt")
    return required


def _find_choices_not_offered(
    recipe: Recipe, capability: Capability, capabilities: Capabilities, service: str
) -> list[Issue]:
    """Finds a model or a preset that the service has refused, or does not have."""
    issues = []
    if "model" in capability.fields:
        if recipe.model in capabilities.refused_models:
            text = mark(
                "{service} has rejected {model}: choose another model, or allow it again in "
                "Settings",
                service=service,
                model=recipe.model,
            )
            issues.append(Issue(Severity.BLOCKING, text, "model"))
        elif recipe.model and capabilities.models and recipe.model not in capabilities.models:
            names = ", ".join(capabilities.models)
            text = mark(
                "{service} has no model “{model}”: {names}",
                service=service,
                model=recipe.model,
                names=names,
            )
            issues.append(Issue(Severity.BLOCKING, text, "model"))
    presets = capabilities.presets if "preset" in capability.fields else ()
    if recipe.preset and presets and recipe.preset not in presets:
        text = mark(
            "{service} has no preset “{preset}”: {names}",
            service=service,
            preset=recipe.preset,
            names=", ".join(presets),
        )
        issues.append(Issue(Severity.BLOCKING, text, "preset"))
    return issues


def _find_text_issues(recipe: Recipe) -> list[Issue]:
    issues = []
    sung = "" if recipe.instrumental else recipe.lyrics.strip()
    instruction = recipe.instruction.strip() if recipe.operation.needs_source else ""
    prompt_text = recipe.sound.strip() or sung or instruction
    if recipe.operation.needs_text and not prompt_text:
        issues.append(NO_TEXT_ISSUE)
    if recipe.operation.needs_text and is_placeholder(recipe.sound):
        issues.append(check_sound(recipe.sound, recipe.operation))
    lyrics_advice = check_lyrics(sung, recipe.operation) if sung else None
    if lyrics_advice and lyrics_advice.severity is Severity.BLOCKING:
        issues.append(lyrics_advice)
    return issues


def _find_missing(recipe: Recipe, names: Iterable[str]) -> list[Issue]:
    return [
        Issue(Severity.EMPTY, _REQUIRED_FIELD_MESSAGES[name], name)
        for name in names
        if _is_missing(recipe, name)
    ]


def _is_missing(recipe: Recipe, name: str) -> bool:
    if name == "source":
        return recipe.source is None and recipe.source_remote is None
    if name == "audio_url":
        return not recipe.audio_url and not recipe.audio_file
    if name == "prompt":
        return not recipe.prompt.strip()
    return getattr(recipe, name) in {None, ""}


def _find_strengths_out_of_range(recipe: Recipe, capabilities: Capabilities) -> list[Issue]:
    strengths = {strength.name: strength for strength in (*STRENGTHS, COVER_STRENGTH)}
    return [
        Issue(Severity.BLOCKING, strength.range_text, strength.name)
        for strength in (strengths | dict(capabilities.strengths)).values()
        if (value := getattr(recipe, strength.name)) is not None and not strength.contains(value)
    ]


def _find_texts_over_limit(recipe: Recipe, capabilities: Capabilities, service: str) -> list[Issue]:
    issues = []
    for name in LIMITED_FIELDS:
        limit = capabilities.limits.get(name)
        owner = service if limit is not None else ""
        if limit is None and name == "title":
            limit = TITLE_LIMIT
        length = len(str(getattr(recipe, name)))
        if limit is not None and length > limit:
            text = length_message(name, length, limit, owner)
            issues.append(Issue(Severity.BLOCKING, text, name))
    return issues


def _find_time_issues(recipe: Recipe, source_s: float) -> list[Issue]:
    if (
        recipe.starts_at_s is not None
        and recipe.ends_at_s is not None
        and recipe.ends_at_s <= recipe.starts_at_s
    ):
        return [Issue(Severity.BLOCKING, mark("The end must come after the start"), "ends_at_s")]
    if recipe.operation.needs_source and source_s:
        return _find_times_past_end(recipe, source_s)
    return []


def _find_times_past_end(recipe: Recipe, source_s: float) -> list[Issue]:
    """Finds times after the end of the source."""
    starts, ends = recipe.starts_at_s, recipe.ends_at_s
    length = _format_time(source_s)
    if starts is not None and recipe.operation is Operation.REPLACE and starts >= source_s:
        text = mark(
            "The clip is {length} long: the section must start before its end", length=length
        )
        return [Issue(Severity.BLOCKING, text, "starts_at_s")]
    if starts is not None and starts > source_s + _TIME_TOLERANCE_S:
        text = mark("The clip is {length} long: continue from its end at the latest", length=length)
        return [Issue(Severity.BLOCKING, text, "starts_at_s")]
    if ends is not None and ends > source_s + _TIME_TOLERANCE_S:
        text = mark("The clip is {length} long: the section must end by then", length=length)
        return [Issue(Severity.BLOCKING, text, "ends_at_s")]
    return []


def _format_time(seconds: float) -> str:
    """Formats a time such as "1:05.2", as the user enters it."""
    tenths = int(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _find_webhook_issues(recipe: Recipe) -> list[Issue]:
    if not recipe.webhook_url or _is_valid_webhook_url(recipe.webhook_url):
        return []
    text = mark(
        "The webhook address must start with https://, contain no user name or password, and "
        "have at most {limit} characters",
        limit=str(WEBHOOK_URL_LIMIT),
    )
    return [Issue(Severity.BLOCKING, text, "webhook_url")]


def _find_example_addresses(recipe: Recipe) -> list[Issue]:
    """Finds the addresses of templates, which nobody can own (RFC 2606)."""
    return [
        Issue(Severity.BLOCKING, message, name)
        for name, message in _EXAMPLE_ADDRESS_MESSAGES.items()
        if _is_example_address(getattr(recipe, name))
    ]


def _is_example_address(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host.startswith("your-") and host.endswith(".example")


def _is_valid_webhook_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_local = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_local = False
    if "@" in url.partition("://")[2].partition("/")[0]:
        return False  # everyone with access to the URL would see the password
    may_be_sent = url.startswith("https://") or (is_local and url.startswith("http://"))
    return may_be_sent and len(url) <= WEBHOOK_URL_LIMIT
