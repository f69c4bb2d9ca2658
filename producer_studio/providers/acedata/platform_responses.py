"""Parser for responses of AceData Cloud's platform (.github/docs/services.md, acedata).

Fields are parsed one by one; unknown ones are ignored.
"""

import re

from producer_studio.domain.credits import Balance
from producer_studio.providers.http.decoding import JsonFields
from producer_studio.providers.http.error_details import as_credits
from producer_studio.providers.http.errors import create_service_error, create_unreadable_error
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.url_checks import is_loopback_url, split_url

_MUSIC_PATTERN = re.compile(r"producer|riffusion", re.IGNORECASE)


def parse_balance(response: Response, service: str) -> Balance:
    """Parses the credits left for music: of the subscriptions for music, else of all.

    Raises:
        ServiceError: The response is an error, or cannot be used.
    """
    items = _parse_subscriptions(response, service)
    known = [
        (_is_for_music(item), amount)
        for item in items
        if (amount := as_credits(item.number("remaining_amount"))) is not None
    ]
    if items and not known:
        raise create_unreadable_error(
            response, service=service, paid=False, reason="The response has no numeric balance."
        )
    own = [amount for is_for_music, amount in known if is_for_music]
    return Balance(credits=sum(own or [amount for _, amount in known]))


def parse_user_id(response: Response, service: str) -> str:
    """Parses the user's id; empty when no subscription states it. Raises `ServiceError`s."""
    return next(
        filter(
            None, (item.identifier("user_id") for item in _parse_subscriptions(response, service))
        ),
        "",
    )


def parse_file_url(response: Response, service: str) -> str:
    """Parses the URL of an uploaded file. Raises `ServiceError`s."""
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=False)
    url = JsonFields(response.json, "file").link("file_url", "url")
    parts = split_url(url)
    if parts is None or not (parts.scheme == "https" or is_loopback_url(url)):
        why = "The response has no address for the file."
        raise create_unreadable_error(response, service=service, paid=False, reason=why)
    return url


def _parse_subscriptions(response: Response, service: str) -> list[JsonFields]:
    """Parses the subscriptions: each for one service, or one that all services are paid from."""
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=False)
    page = JsonFields(response.json, "applications")
    if not isinstance(page.raw("items"), list):
        raise create_unreadable_error(
            response, service=service, paid=False, reason="The response is not a list."
        )
    return page.nested_list("items")


def _is_for_music(item: JsonFields) -> bool:
    if not isinstance(item.raw("service"), dict):
        return bool(_MUSIC_PATTERN.search(item.text("service")))
    service = item.nested("service")
    return any(_MUSIC_PATTERN.search(service.text(name)) for name in ("alias", "title", "name"))
