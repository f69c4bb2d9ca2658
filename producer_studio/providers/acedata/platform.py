"""AceData Cloud's platform: balance and files (.github/docs/services.md, acedata)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import NotAuthorised
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.decoding import JsonFields
from producer_studio.providers.http.error_details import as_credits
from producer_studio.providers.http.multipart import MultipartForm
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_errors import (
    create_service_error,
    create_unreadable_error,
)
from producer_studio.providers.http.service_client import ServiceClient
from producer_studio.providers.http.url_checks import is_loopback_url, split_url
from producer_studio.providers.local_audio_file import inspect_audio_file
from producer_studio.providers.uploads.host import UploadedFile
from producer_studio.translation import mark

_APPLICATIONS_PATH = "/api/v1/applications/?user_id=me"
_FILES_PATH = "/api/v1/files/"


class PlatformClient(ServiceClient):
    """Platform of one user; a `Host` for temporary uploads."""

    def __init__(self, api: ApiClient) -> None:
        """Stores the HTTP client with the platform token; no connection is opened yet."""
        super().__init__(api)
        self._user_id = ""

    @property
    def name(self) -> str:
        return self._api.service

    async def reserve(self, path: Path) -> str:
        """Returns no handle: the platform cannot delete files (.github/docs/services.md)."""
        await inspect_audio_file(path)
        return ""

    async def upload(self, path: Path, handle: str = "") -> UploadedFile:  # noqa: ARG002 - none is needed
        sound = await inspect_audio_file(path)
        with self._translate_token_errors():
            response = await self._api.send_form(_FILES_PATH, MultipartForm(sound))
            return UploadedFile(parse_file_url(response, self.name))

    async def delete(self, handle: str) -> None:
        """Does nothing, see `reserve`."""

    async def fetch_balance(self) -> Balance:
        """Requests the remaining credits; free. Raises `ServiceError`s."""
        with self._translate_token_errors():
            response = await self._api.request("GET", _APPLICATIONS_PATH)
            return await response.parse(parse_balance, self.name)

    async def fetch_user_id(self) -> str:
        """Requests the user's id, by which tasks are listed; empty when it is not stated.

        Raises:
            ServiceError: The request failed.
        """
        if not self._user_id:
            with self._translate_token_errors():
                response = await self._api.request("GET", _APPLICATIONS_PATH)
                self._user_id = await response.parse(parse_user_id, self.name)
        return self._user_id

    @contextmanager
    def _translate_token_errors(self) -> Iterator[None]:
        """Translates a rejected token to an error about the platform token, not the key."""
        try:
            yield
        except NotAuthorised as fault:
            raise NotAuthorised(
                mark(
                    "{service} does not accept the platform token of this account. Check the "
                    "platform token "
                    "in Settings; it is not the API token.",
                    service=self.name,
                ),
                service_words=fault.service_words,
                trace_id=fault.trace_id,
                field="platform_token",
                status=fault.status,
                raw=fault.raw,
            ) from fault


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
            response,
            service=service,
            paid=False,
            reason=mark("The response has no numeric balance."),
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
        why = mark("The response has no address for the file.")
        raise create_unreadable_error(response, service=service, paid=False, reason=why)
    return url


def _parse_subscriptions(response: Response, service: str) -> list[JsonFields]:
    """Parses the subscriptions: each for one service, or one that all services are paid from."""
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=False)
    page = JsonFields(response.json, "applications")
    if not isinstance(page.raw("items"), list):
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The response is not a list.")
        )
    return page.nested_list("items")


def _is_for_music(item: JsonFields) -> bool:
    if not isinstance(item.raw("service"), dict):
        return bool(_MUSIC_PATTERN.search(item.text("service")))
    service = item.nested("service")
    return any(_MUSIC_PATTERN.search(service.text(name)) for name in ("alias", "title", "name"))
