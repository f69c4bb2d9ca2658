"""What the desk holds, as a value without widgets."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from producer_studio.domain.model import DEFAULT_MODEL
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import LYRICS_STRENGTH, SOUND_STRENGTH, STRENGTHS, WEIRDNESS
from producer_studio.domain.takes import takes_of

MAX_TAKES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Everything that the user has written and set.

    The strengths are always numbers: what the user sees is what is sent, because the services do
    not agree on their defaults.

    Attributes:
        seed: As typed or drawn; it only counts while it is locked.
        seed_locked: Locked: the takes use seed, seed + 1, and so on. Unlocked: every take
            gets a new one, drawn when Generate is pressed.
        takes: Jobs per press, 1 to 8.
    """

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

    def with_(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """A copy with some fields changed."""
        return replace(self, **changes)

    def recipe(self) -> Recipe:
        """The first take as it stands; its seed is empty while the lock is open.

        An instrumental is asked for without its lyrics: they stay on the desk.
        """
        return Recipe(
            operation=Operation.CREATE,
            sound=self.sound.strip(),
            lyrics="" if self.instrumental else self.lyrics.strip(),
            title=self.title.strip(),
            model=self.model,
            instrumental=self.instrumental,
            seed=self.seed.strip() if self.seed_locked else "",
            lyrics_strength=self.lyrics_strength,
            sound_strength=self.sound_strength,
            weirdness=self.weirdness,
            cover_url=self.cover_url.strip(),
            webhook_url=self.webhook_url.strip(),
        )

    def recipes(self, draw: Callable[[], str]) -> tuple[Recipe, ...]:
        """One recipe for each take, no two with the same seed.

        Args:
            draw: Gives a new seed; asked once per take while the lock is open.
        """
        base = self.recipe()
        if base.seed:
            return tuple(takes_of(base, self.takes))
        seeds: list[str] = []
        while len(seeds) < self.takes:
            seed = draw()
            if seed not in seeds:
                seeds.append(seed)
        return tuple(base.with_(seed=seed) for seed in seeds)

    def with_recipe(self, recipe: Recipe) -> Self:
        """The desk with a clip's settings on it.

        What a recipe does not say is left alone: the number of takes, and the lyrics when it was
        an instrumental, because those were not sent.
        """
        strengths = {
            strength.name: min(max(value, strength.low), strength.high)
            for strength in STRENGTHS
            for value in [getattr(recipe, strength.name)]
            if value is not None
        }
        return self.with_(
            sound=recipe.sound,
            lyrics=self.lyrics if recipe.instrumental else recipe.lyrics,
            title=recipe.title,
            model=recipe.model or self.model,
            instrumental=recipe.instrumental,
            seed=recipe.seed,
            seed_locked=bool(recipe.seed),
            cover_url=recipe.cover_url,
            webhook_url=recipe.webhook_url,
            **strengths,
        )

    def to_json(self) -> dict[str, Any]:
        """All of it for the draft, with what is not sent: spare lyrics and a seed in waiting."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Reads a draft; whatever is missing, of another type or out of range falls back."""
        form = cls()
        values: dict[str, Any] = {}
        for item in fields(cls):
            value = data.get(item.name)
            kind = type(getattr(form, item.name))
            if kind is float and type(value) is int:
                value = float(value)
            if type(value) is kind:
                values[item.name] = value
        form = replace(form, **values)
        strengths = {
            strength.name: strength.default
            for strength in STRENGTHS
            if not strength.contains(getattr(form, strength.name))
        }
        return form.with_(takes=min(max(form.takes, 1), MAX_TAKES), **strengths)
