"""Answers of AceData Cloud's platform (services.md, acedata); fields are read one by one."""

import re

from producer_studio.domain.credits import Balance
from producer_studio.providers.http.api_client import Answer
from producer_studio.providers.http.decoding import Fields
from producer_studio.providers.http.error_details import as_amount
from producer_studio.providers.http.errors import fault_of, unreadable
from producer_studio.providers.http.url_checks import is_loopback_url, split

_MUSIC = re.compile(r"producer|riffusion", re.IGNORECASE)


def read_balance(answer: Answer, service: str) -> Balance:
    """What is left for music: of the subscriptions that say so, else of all. Raises `Fault`s."""
    items = _read_items(answer, service)
    known = [
        (_is_for_music(item), amount)
        for item in items
        if (amount := as_amount(item.number("remaining_amount"))) is not None
    ]
    if items and not known:
        raise unreadable(answer, service=service, paid=False, why="No balance is a number.")
    own = [amount for is_for_music, amount in known if is_for_music]
    return Balance(credits=sum(own or [amount for _, amount in known]))


def read_user(answer: Answer, service: str) -> str:
    """The user's id; empty when no subscription tells it. Raises `Fault`s."""
    return next(
        filter(None, (item.identifier("user_id") for item in _read_items(answer, service))), ""
    )


def read_file(answer: Answer, service: str) -> str:
    """Where the file can be fetched. Raises `Fault`s."""
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    url = Fields(answer.document, "file").link("file_url", "url")
    parts = split(url)
    if parts is None or not (parts.scheme == "https" or is_loopback_url(url)):
        why = "The answer has no address of the file."
        raise unreadable(answer, service=service, paid=False, why=why)
    return url


def _read_items(answer: Answer, service: str) -> list[Fields]:
    """The subscriptions: each for one service, or one that all services are paid from."""
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    page = Fields(answer.document, "applications")
    if not isinstance(page.raw("items"), list):
        raise unreadable(answer, service=service, paid=False, why="This is no list.")
    return page.items("items")


def _is_for_music(item: Fields) -> bool:
    if not isinstance(item.raw("service"), dict):
        return bool(_MUSIC.search(item.text("service")))
    service = item.fields("service")
    return any(_MUSIC.search(service.text(name)) for name in ("alias", "title", "name"))
