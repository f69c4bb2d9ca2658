"""Ways to create the exported files, with prices and reasons for unavailability."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price, sum_of_prices
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.ui.widgets.label import shorten

_FREE = Price.stated(0)


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """Clips and price of one way to create the files.

    Attributes:
        clips: The clips that can be exported this way.
        total_price: Price of all of them.
        price_each: Price of one, where all cost the same; None otherwise.
        reason: Why none or fewer than requested can be exported; empty when all can.
    """

    clips: tuple[Clip, ...] = ()
    total_price: Price = _FREE
    price_each: Price | None = _FREE
    reason: str = ""

    @property
    def is_available(self) -> bool:
        return bool(self.clips)

    @property
    def price_text(self) -> str:
        """The total as text."""
        return "free" if self.total_price.is_free else self.total_price.text()


def local_offer(clips: Sequence[Clip]) -> ExportOffer:
    """Returns the offer for files created on this computer, which is free."""
    there = tuple(clip for clip in clips if clip.playable)
    missing = [clip for clip in clips if not clip.playable]
    reason = ""
    if len(missing) == 1:
        reason = (
            f"The sound of {_quote_title(missing[0])} is not on this computer, so it is skipped."
        )
    elif missing:
        reason = f"The sound of {len(missing)} clips is not on this computer, so they are skipped."
    if missing and not there:
        one = len(missing) == 1
        what = f"sound of {_quote_title(missing[0])}" if one else "sound of these clips"
        reason = f"The {what} is not on this computer yet. Download it first."
    return ExportOffer(there, reason=reason)


def service_offer(studio: Studio, clips: Sequence[Clip], form: ExportFormat) -> ExportOffer:
    """Returns the offer for files that each clip's own service creates, all or none."""
    prices: list[Price] = []
    for clip in clips:
        reason = _unavailable_reason(studio, clip, form)
        if reason:
            return ExportOffer(reason=reason)
        recipe = Recipe(operation=Operation.EXPORT, source=clip.id, export_format=str(form))
        prices.append(studio.prices.price(recipe, clip.account))
    total = sum_of_prices(prices)
    each = prices[0] if total.is_known and len(set(prices)) == 1 else None
    return ExportOffer(tuple(clips), total, each)


def _unavailable_reason(studio: Studio, clip: Clip, form: ExportFormat) -> str:
    if form not in {ExportFormat.MP3, ExportFormat.WAV}:
        return "Services deliver MP3 and WAV only."
    if clip.remote_id is None:
        return f"No service knows {_quote_title(clip)}."
    if studio.accounts.get(clip.account) is None:
        return (
            f"{_quote_title(clip)} came from “{clip.account}”, an account that is not set up here."
        )
    offered = studio.offers.capabilities(clip.account)
    capability = offered.get(Operation.EXPORT)
    if not capability.available:
        return capability.reason
    if str(form) not in offered.export_formats:
        return f"“{clip.account}” does not deliver {form.upper()}."
    return ""


def _quote_title(clip: Clip) -> str:
    return f"“{shorten(clip.display_title) or 'Untitled'}”"
