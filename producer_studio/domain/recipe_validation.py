"""Validation of recipes against the capabilities of an account."""

from collections.abc import Mapping

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.prompt_advice import Issue, Severity, find_issues
from producer_studio.domain.recipe import Recipe

_LIMITED_FIELD_LABELS: Mapping[str, str] = {
    "title": "title",
    "sound": "sound",
    "lyrics": "lyrics",
    "prompt": "description",
    "instruction": "instruction",
}
_REQUIRED_FIELD_MESSAGES: Mapping[str, str] = {
    "source": "Choose a clip to work on first",
    "starts_at_s": "Say where it begins",
    "ends_at_s": "Say where it ends: this service wants to know",
    "length_s": "Say how much to add",
    "sound": "Write a sound first",
    "lyrics": "Write the lyrics first",
    "instruction": "Say what to do with it",
    "prompt": "Say what the song is about",
    "title": "Give it a title first",
    "audio_url": "Choose a file, or give its public address",
}


def validate(
    recipe: Recipe,
    capability: Capability,
    capabilities: Capabilities,
    service: str,
    source_s: float = 0.0,
) -> list[Issue]:
    """Finds all problems that prevent a recipe from being sent, in the order to fix them.

    Args:
        service: Name of the service, for messages about its limits.
        source_s: Length of the source in seconds; 0 if unknown.
    """
    issues = find_issues(recipe, source_s)
    issues = [note for note in issues if not _is_superseded_by_account(note, recipe, capabilities)]
    if "model" in capability.fields and recipe.model in capabilities.refused_models:
        message = (
            f"{service} has refused {recipe.model}: choose another model, "
            "or have it asked again in Settings"
        )
        issues.insert(0, Issue(Severity.BLOCKING, message, "model"))
    reported_fields = {note.field for note in issues}
    for name, message in _REQUIRED_FIELD_MESSAGES.items():
        if name in capability.required - reported_fields and _is_missing(recipe, name):
            issues.append(Issue(Severity.EMPTY, message, name))
    for strength in capabilities.strengths.values():
        value = getattr(recipe, strength.name)
        if value is not None and not strength.contains(value):
            message = f"{strength.label} must be between {strength.low:g} and {strength.high:g}"
            issues.append(Issue(Severity.BLOCKING, message, strength.name))
    for name, label in _LIMITED_FIELD_LABELS.items():
        limit = capabilities.limits.get(name)
        over = len(str(getattr(recipe, name))) - limit if limit is not None else 0
        if over > 0 and name not in reported_fields:
            is_are = "are" if name == "lyrics" else "is"
            characters = "1 character" if over == 1 else f"{over} characters"
            message = (
                f"The {label} {is_are} {characters} too long for {service}: {limit} is the limit"
            )
            issues.append(Issue(Severity.BLOCKING, message, name))
    return issues


def _is_superseded_by_account(issue: Issue, recipe: Recipe, capabilities: Capabilities) -> bool:
    """Whether a limit of the account replaces this general issue."""
    if issue.field in capabilities.strengths:
        return True
    if issue.field == "audio_url":
        return bool(recipe.audio_file)
    return issue.field == "title" and "title" in capabilities.limits


def _is_missing(recipe: Recipe, name: str) -> bool:
    if name == "source":
        return recipe.source is None and recipe.source_remote is None
    if name == "audio_url":
        return not recipe.audio_url and not recipe.audio_file
    return getattr(recipe, name) in {None, ""}
