"""Messages about texts that are longer than a service accepts."""

from producer_studio.translation import Message, mark, nmark

LIMITED_FIELDS = ("title", "sound", "lyrics", "prompt", "instruction")
"""Fields of a recipe that can be too long, in the order in which that is reported."""


def length_message(name: str, length: int, limit: int, service: str = "") -> Message:
    """Says that a field is too long, and by how much; a clause without a period.

    Args:
        name: One of `LIMITED_FIELDS`.
        length: Its length in characters.
        limit: Most characters that are accepted.
        service: Name of the service whose limit it is; empty for that of all.
    """
    excess = _excess_message(name, length - limit)
    if service:
        return mark(
            # Translators: excess is such as "The lyrics are 5 characters too long".
            "{excess} for {service}: {limit} is the limit",
            excess=excess,
            service=service,
            limit=str(limit),
        )
    return mark("{excess}: {limit} is the limit", excess=excess, limit=str(limit))


def _excess_message(name: str, over: int) -> Message:
    match name:
        case "title":
            return nmark(
                "The title is {count} character too long",
                "The title is {count} characters too long",
                over,
            )
        case "sound":
            return nmark(
                "The sound is {count} character too long",
                "The sound is {count} characters too long",
                over,
            )
        case "lyrics":
            return nmark(
                "The lyrics are {count} character too long",
                "The lyrics are {count} characters too long",
                over,
            )
        case "prompt":
            return nmark(
                "The description is {count} character too long",
                "The description is {count} characters too long",
                over,
            )
        case _:
            return nmark(
                "The instruction is {count} character too long",
                "The instruction is {count} characters too long",
                over,
            )
