"""Value of the compose form, without widgets."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Self

from producer_studio.domain.capabilities import DEFAULT_MODEL, Capability
from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import OPERATIONS_WITHOUT_TAKES, SERVICE_OPERATIONS, Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    STRENGTHS,
    WEIRDNESS,
    Strength,
)
from producer_studio.domain.takes import expand_takes
from producer_studio.translation import mark, nmark

_STRENGTH_FIELDS = frozenset({"lyrics_strength", "sound_strength", "weirdness"})
_SONG_TEXT_FIELDS = frozenset({"sound", "lyrics", "title", "model", "seed"})
_URL_FIELDS = frozenset({"cover_url", "webhook_url"})
_SONG_FIELDS = _SONG_TEXT_FIELDS | _STRENGTH_FIELDS | _URL_FIELDS | {"instrumental"}

# Common fields, used without an account and for services that do not list theirs.
_DEFAULT_FIELDS: Mapping[Operation, frozenset[str]] = {
    Operation.CREATE: _SONG_FIELDS,
    Operation.EXTEND: _SONG_FIELDS | {"starts_at_s"},
    Operation.COVER: _SONG_FIELDS | {"cover_strength"},
    Operation.REPLACE: _SONG_FIELDS | {"starts_at_s", "ends_at_s"},
    Operation.SWAP_VOCALS: _SONG_FIELDS | {"cover_strength"},
    Operation.SWAP_SOUND: _SONG_FIELDS | {"cover_strength"},
    Operation.VARIATION: frozenset({"title", "model", "seed"}) | _URL_FIELDS,
    Operation.STEMS: frozenset({"webhook_url"}),
    Operation.LYRICS: frozenset({"prompt"}),
    Operation.VIDEO: frozenset({"preset"}),
    Operation.UPLOAD: frozenset({"audio_url", "audio_file"}),
    Operation.EXPORT: frozenset({"export_format"}),
}


def fields_for(operation: Operation, capability: Capability | None = None) -> frozenset[str]:
    """Returns the recipe fields that are shown and sent.

    Args:
        capability: The active account's capability for the operation; None without an account.
    """
    fields = capability.fields if capability is not None else frozenset[str]()
    taken = fields or _DEFAULT_FIELDS[operation]
    # A local file is uploaded to a temporary host first and then passed by its URL.
    return taken | {"audio_file"} if operation is Operation.UPLOAD else taken


MAX_TAKES = 8

FIELD_LABELS: dict[str, str] = {
    "sound": mark("a sound"),
    "lyrics": mark("lyrics"),
    "title": mark("a title"),
    "model": mark("a model"),
    "instrumental": mark("an instrumental"),
    LYRICS_STRENGTH.name: mark("lyrics strength"),
    SOUND_STRENGTH.name: mark("sound strength"),
    WEIRDNESS.name: mark("weirdness"),
    COVER_STRENGTH.name: mark("cover strength"),
    "seed": mark("a seed"),
    "starts_at_s": mark("a start time"),
    "ends_at_s": mark("an end time"),
    "length_s": mark("a length"),
    "instruction": mark("an instruction"),
    "cover_url": mark("cover art"),
    "webhook_url": mark("a webhook"),
    "audio_url": mark("an address"),
    "prompt": mark("a description"),
    "preset": mark("a style"),
}
"""Fields as a sentence names them, in the order of the form."""

_TEXT_FIELDS = ("sound", "title", "cover_url", "webhook_url", "instruction", "audio_url", "prompt")
_COPIED_FIELDS = (
    "model",
    "instrumental",
    "lyrics_strength",
    "sound_strength",
    "weirdness",
    "cover_strength",
    "starts_at_s",
    "ends_at_s",
    "length_s",
    "audio_file",
    "preset",
)
_TIME_FIELDS = frozenset({"starts_at_s", "ends_at_s", "length_s"})
_LONG_TEXTS = frozenset({"sound", "lyrics", "instruction", "prompt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Everything that the user has entered and set.

    The strengths are always numbers: the value that the user sees is the value that is sent,
    because the defaults of the services differ.

    Attributes:
        seed: As typed or drawn; used only while it is locked.
        seed_locked: Locked: the takes use seed, seed + 1, and so on. Unlocked: every take gets a
            new one, drawn when Generate is pressed.
        takes: Jobs per press, 1 to 8.
        source: Id of the library clip that the operation works on; empty for none.
        starts_at_s: Extend: where it continues. Replace: where the section begins. Seconds.
        ends_at_s: Replace: where the section ends; None for the end of the song.
        length_s: Extend: how much to add, in seconds.
        audio_file: Upload: absolute path of a local file.
    """

    operation: Operation = Operation.CREATE

    sound: str = ""
    lyrics: str = ""
    title: str = ""
    model: str = DEFAULT_MODEL
    instrumental: bool = False
    lyrics_strength: float = LYRICS_STRENGTH.default
    sound_strength: float = SOUND_STRENGTH.default
    weirdness: float = WEIRDNESS.default
    seed: str = ""
    seed_locked: bool = False
    takes: int = 1
    cover_url: str = ""
    webhook_url: str = ""
    source: str = ""
    starts_at_s: float | None = None
    ends_at_s: float | None = None
    length_s: float | None = None
    cover_strength: float = COVER_STRENGTH.default
    instruction: str = ""
    audio_url: str = ""
    audio_file: str = ""
    prompt: str = ""
    preset: str = ""

    @property
    def sent_takes(self) -> int:
        """Number of requests of a press; 1 where several would return the same."""
        return 1 if self.operation in OPERATIONS_WITHOUT_TAKES else self.takes

    @property
    def takes_text(self) -> str:
        """Number of takes, such as "4 takes"."""
        return nmark("{count} take", "{count} takes", self.sent_takes)

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)

    def unsupported_fields(self, accepted_fields: frozenset[str]) -> list[str]:
        """Returns the fields with a value that an account does not accept, in the form's order."""
        initial = type(self)(operation=self.operation)
        used = fields_for(self.operation) | {"instruction", "length_s", "webhook_url"}
        return [
            name
            for name in FIELD_LABELS
            if name in used - accepted_fields and getattr(self, name) != getattr(initial, name)
        ]

    def to_recipe(self, accepted_fields: frozenset[str] | None = None) -> Recipe:
        """Returns the recipe of the first take; its seed is empty while the seed is unlocked.

        The lyrics of an instrumental stay in the form and are not part of the recipe, nor are the
        fields that the operation does not accept.

        Args:
            accepted_fields: The recipe fields that the account accepts; the usual ones if None.
        """
        accepted_fields = fields_for(self.operation) if accepted_fields is None else accepted_fields
        values: dict[str, Any] = {name: getattr(self, name).strip() for name in _TEXT_FIELDS}
        values |= {name: getattr(self, name) for name in _COPIED_FIELDS}
        values["lyrics"] = "" if self.instrumental else self.lyrics.strip()
        values["seed"] = self.seed.strip() if self.seed_locked else ""
        if values["audio_file"]:
            values["audio_url"] = ""
        accepted_values = {name: value for name, value in values.items() if name in accepted_fields}
        # The model of an operation without a choice of models is unknown and not recorded.
        accepted_values.setdefault("model", "")
        if self.operation.needs_source and self.source:
            accepted_values["source"] = ClipId(self.source)
        return Recipe(operation=self.operation, **accepted_values)

    def to_recipes(
        self, draw_seed: Callable[[], str], accepted_fields: frozenset[str] | None = None
    ) -> tuple[Recipe, ...]:
        """Returns one recipe per take, each with its own seed where seeds are accepted.

        Args:
            draw_seed: Returns a new seed; called once per take while the seed is unlocked.
            accepted_fields: As in `to_recipe`.
        """
        base = self.to_recipe(accepted_fields)
        accepted = fields_for(self.operation) if accepted_fields is None else accepted_fields
        return tuple(expand_takes(base, self.sent_takes, draw_seed if "seed" in accepted else None))

    def with_recipe(self, recipe: Recipe) -> Self:
        """Returns the form with a clip's recipe applied.

        Values that a recipe does not hold stay unchanged: the number of takes, the fields that its
        operation does not accept, and the lyrics when it was an instrumental, because those were
        not sent.
        """
        texts = {name: getattr(recipe, name) for name in (*_TEXT_FIELDS, *_COPIED_FIELDS, "lyrics")}
        accepted_fields = fields_for(recipe.operation)
        values = {name: value for name, value in texts.items() if name in accepted_fields or value}
        if "title" not in accepted_fields:
            # This is the source's title, after which the job was named.
            values.pop("title", None)
        for strength in (*STRENGTHS, COVER_STRENGTH):
            value = getattr(recipe, strength.name)
            values.pop(strength.name, None)
            if value is not None:
                values[strength.name] = min(max(value, strength.low), strength.high)
        if recipe.instrumental:
            values.pop("lyrics", None)
        if not recipe.model:
            values.pop("model", None)
        if "seed" in accepted_fields or recipe.seed:
            values |= {"seed": recipe.seed, "seed_locked": bool(recipe.seed)}
        if recipe.operation.needs_source:
            values["source"] = recipe.source or ""
        return self.with_changes(operation=recipe.operation, **values)

    @classmethod
    def from_press(
        cls, press: Press, ranges: Mapping[str, Strength] = MappingProxyType({})
    ) -> Self:
        """Returns the form of a press; one made of its recipes where there was no form.

        Args:
            ranges: The account's own strengths by field, whose defaults were sent where a recipe
                has none.
        """
        if press.form:
            return cls.from_json(dict(press.form))
        form = cls(takes=min(len(press.recipes), MAX_TAKES))
        usual = {strength.name: strength.default for strength in ranges.values()}
        return form.with_changes(**usual).with_recipe(press.recipes[0])

    def to_json(self) -> dict[str, Any]:
        """Serialises the form for the draft.

        Includes values that are not sent: the lyrics of an instrumental and an unlocked seed.
        """
        return asdict(self)

    @classmethod
    def from_json(
        cls, data: dict[str, Any], ranges: Mapping[str, Strength] = MappingProxyType({})
    ) -> Self:
        """Parses a draft; missing, invalid or out-of-range values fall back to defaults.

        Args:
            ranges: The account's own strengths by field; the usual ones where it has none.
        """
        form = cls()
        values: dict[str, Any] = {}
        for item in fields(cls):
            value = data.get(item.name)
            kind = float if item.name in _TIME_FIELDS else type(getattr(form, item.name))
            if kind is float:
                # A whole number may be larger than any float.
                value = None if value is None or not is_finite_number(value) else float(value)
            if kind is Operation and isinstance(value, str) and value in SERVICE_OPERATIONS:
                value = Operation(value)
            if isinstance(value, str) and len(value) > MAX_FIELD_LENGTH:
                # A field would lay out all of it: minutes for megabytes, at each start. A part of
                # a URL or an id would be another one.
                value = value[:MAX_FIELD_LENGTH] if item.name in _LONG_TEXTS else None
            if type(value) is kind:
                values[item.name] = value
        form = replace(form, **values)
        here = [ranges.get(usual.name, usual) for usual in (*STRENGTHS, COVER_STRENGTH)]
        strengths = {
            strength.name: strength.default
            for strength in here
            if not strength.contains(getattr(form, strength.name))
        }
        return form.with_changes(takes=min(max(form.takes, 1), MAX_TAKES), **strengths)
