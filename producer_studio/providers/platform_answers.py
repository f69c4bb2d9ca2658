"""Answers of AceData Cloud's platform (services.md, acedata).

The wire shapes below never leave this module.
"""

import re

import msgspec

from producer_studio.domain.credits import Balance
from producer_studio.providers.addresses import is_loopback_url, split
from producer_studio.providers.faults import fault_of, unreadable
from producer_studio.providers.http import Answer
from producer_studio.providers.reading import clean, decode
from producer_studio.providers.words import as_number


class _Service(msgspec.Struct):
    alias: str | None = None
    title: str | None = None
    name: str | None = None


class _Application(msgspec.Struct):
    """A subscription: for one service, or one that all services are paid from."""

    remaining_amount: float | str | None = None
    user_id: str | None = None
    service: _Service | str | None = None


class _Applications(msgspec.Struct):
    items: list[_Application]


class _File(msgspec.Struct):
    file_url: str | None = None
    url: str | None = None


_MUSIC = re.compile(r"producer|riffusion", re.IGNORECASE)


def read_balance(answer: Answer, service: str) -> Balance:
    """What is left for music: of the subscriptions that say so, else of all. Raises `Fault`s."""
    items = _read_items(answer, service)
    known = [
        (_is_for_music(item), amount)
        for item in items
        if (amount := as_number(item.remaining_amount)) is not None
    ]
    if items and not known:
        raise unreadable(answer, service=service, paid=False, why="No balance is a number.")
    own = [amount for is_for_music, amount in known if is_for_music]
    return Balance(credits=sum(own or [amount for _, amount in known]))


def read_user(answer: Answer, service: str) -> str:
    """The user's id; empty when no subscription tells it. Raises `Fault`s."""
    return next(filter(None, (clean(item.user_id) for item in _read_items(answer, service))), "")


def read_file(answer: Answer, service: str) -> str:
    """Where the file can be fetched. Raises `Fault`s."""
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    shape = decode(answer.body, _File)
    url = "" if isinstance(shape, str) else clean(shape.file_url) or clean(shape.url)
    parts = split(url)
    if parts is None or not (parts.scheme == "https" or is_loopback_url(url)):
        why = shape if isinstance(shape, str) else "The answer has no address of the file."
        raise unreadable(answer, service=service, paid=False, why=why)
    return url


def _read_items(answer: Answer, service: str) -> list[_Application]:
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    shape = decode(answer.body, _Applications)
    if isinstance(shape, str):
        raise unreadable(answer, service=service, paid=False, why=shape)
    return shape.items


def _is_for_music(item: _Application) -> bool:
    service = item.service
    if isinstance(service, _Service):
        return any(
            _MUSIC.search(name or "") for name in (service.alias, service.title, service.name)
        )
    return bool(_MUSIC.search(service or ""))
