"""Ways to create the exported files, with prices and reasons for unavailability."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price, sum_of_prices
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, tr, tr_message
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
        return tr("free") if self.total_price.is_free else tr(self.total_price.text())


def local_offer(clips: Sequence[Clip]) -> ExportOffer:
    """Returns the offer for files created on this computer, which is free."""
    there = tuple(clip for clip in clips if clip.playable)
    missing = [clip for clip in clips if not clip.playable]
    reason: str = ""
    if len(missing) == 1:
        reason = mark(
            "The sound of “{title}” is not on this computer, so it is skipped.",
            title=_title(missing[0]),
        )
    elif missing:
        reason = mark(
            "The sound of {count} clips is not on this computer, so they are skipped.",
            count=len(missing),
        )
    if missing and not there:
        reason = mark("The sound of these clips is not on this computer yet. Download it first.")
        if len(missing) == 1:
            reason = mark(
                "The sound of “{title}” is not on this computer yet. Download it first.",
                title=_title(missing[0]),
            )
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
        return mark("Services deliver MP3 and WAV only.")
    if clip.remote_id is None:
        return mark("No service knows “{title}”.", title=_title(clip))
    if studio.accounts.get(clip.account) is None:
        return mark(
            "“{title}” came from “{account}”, an account that is not set up here.",
            title=_title(clip),
            account=clip.account,
        )
    offered = studio.offers.capabilities(clip.account)
    capability = offered.get(Operation.EXPORT)
    if not capability.available:
        return capability.reason
    if str(form) not in offered.export_formats:
        return mark(
            "“{account}” does not deliver {format}.", account=clip.account, format=form.upper()
        )
    return ""


def _title(clip: Clip) -> str:
    return shorten(tr_message(clip.display_title)) or tr("Untitled")
