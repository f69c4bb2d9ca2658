"""Validation of account settings before anything is written."""

import math
from dataclasses import dataclass, replace
from enum import Enum

from producer_studio.domain.account import MAX_PLAN_LENGTH, Account, Service
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.names import clean_name
from producer_studio.domain.pasted_secret import is_valid_header_value
from producer_studio.domain.recipe_validation import WEBHOOK_URL_LIMIT
from producer_studio.providers.http.url_checks import is_secure_url, split_url
from producer_studio.providers.registry import find_profile, has_platform
from producer_studio.settings.secrets import KEY, PLATFORM_TOKEN, WEBHOOK_SECRET, clean_value
from producer_studio.translation import mark, nmark

_MAX_CONCURRENCY = 20


class Unchanged(Enum):
    """Sentinel for an unchanged value, if None or an empty text has a meaning of its own."""

    UNCHANGED = "keep"


UNCHANGED = Unchanged.UNCHANGED

_EMPTY_SECRET = {
    KEY: mark("The key contains no usable characters. Nothing was changed."),
    PLATFORM_TOKEN: mark("The platform token contains no usable characters. Nothing was changed."),
}
_INVALID_SECRET = {
    KEY: mark(
        "The key contains invalid characters. Nothing was changed. Copy it again from the "
        "service's page."
    ),
    PLATFORM_TOKEN: mark(
        "The platform token contains invalid characters. Nothing was changed. Copy it again from "
        "the service's page."
    ),
}
_BUDGET_PROBLEMS = {
    "budget": mark("The monthly budget must be a number of credits, 0 or more."),
    "daily_budget": mark("The daily budget must be a number of credits, 0 or more."),
}


@dataclass(frozen=True, slots=True, repr=False)
class NewSecrets:
    """New values of secrets; an empty one means no change."""

    key: str = ""
    webhook_secret: str = ""
    platform_token: str = ""

    def by_name(self) -> dict[str, str]:
        secrets = {
            KEY: self.key,
            WEBHOOK_SECRET: self.webhook_secret,
            PLATFORM_TOKEN: self.platform_token,
        }
        return {name: clean_value(name, text) for name, text in secrets.items()}

    def problem(self) -> tuple[str, str]:
        """Returns the reason and the field of an invalid secret; empty if all are valid."""
        for field, text, name in (
            ("key", self.key, KEY),
            ("platform_token", self.platform_token, PLATFORM_TOKEN),
        ):
            value = clean_value(name, text)
            if text.strip() and not value:
                return _EMPTY_SECRET[name], field
            if not is_valid_header_value(value):
                return _INVALID_SECRET[name], field
        return "", ""


def address_problem(url: str) -> str:
    """Returns why an address is invalid, as a sentence; empty if it is valid."""
    if is_secure_url(url):
        return ""
    parts = split_url(url)
    if parts is not None and "@" in parts.netloc:
        return mark("Remove the user name and password from the address.")
    if url.startswith("http://"):
        return mark("Keys are only sent over https. Plain http works only for this computer.")
    return mark("The address must be a web address that starts with https://.")


def webhook_problem(url: str) -> str:
    """Returns why services cannot send webhooks to an address, as a sentence; empty if they can."""
    if len(url) > WEBHOOK_URL_LIMIT:
        over = len(url) - WEBHOOK_URL_LIMIT
        return nmark(
            "The webhook address is {count} character too long: {limit} is the limit.",
            "The webhook address is {count} characters too long: {limit} is the limit.",
            over,
            limit=str(WEBHOOK_URL_LIMIT),
        )
    parts = split_url(url)
    if parts is not None and "@" in parts.netloc:
        return mark("Remove the user name and password from the webhook address.")
    if is_secure_url(url):
        return ""
    return mark(
        "The webhook address must start with https://. Plain http works only for a service on "
        "this computer."
    )


def apply_changes(
    account: Account,
    platform_url: str | Unchanged,
    webhook_url: str | Unchanged,
    budget: float | Unchanged | None,
    daily_budget: float | Unchanged | None,
    concurrency: int | Unchanged,
    plan: str | Unchanged,
) -> Account:
    if not isinstance(platform_url, Unchanged):
        account = replace(account, platform_url=platform_url.strip())
    if not isinstance(webhook_url, Unchanged):
        account = replace(account, webhook_url=webhook_url.strip())
    if not isinstance(budget, Unchanged):
        account = replace(account, budget=budget)
    if not isinstance(daily_budget, Unchanged):
        account = replace(account, daily_budget=daily_budget)
    if not isinstance(concurrency, Unchanged):
        account = replace(account, concurrency=concurrency)
    if not isinstance(plan, Unchanged):
        account = replace(account, plan=clean_name(plan, MAX_PLAN_LENGTH))
    return account


def with_profile(account: Account, profile: str) -> Account:
    """Returns the account with another dialect; a default address becomes the new default."""
    chosen = find_profile(account.service, profile)
    usual = find_profile(account.service, account.profile).base_url
    address = chosen.base_url if account.base_url == usual else account.base_url
    platform_url = account.platform_url if chosen.platform_url else ""
    return replace(account, profile=chosen.name, base_url=address, platform_url=platform_url)


def validate(account: Account, new_secrets: NewSecrets) -> None:
    """Rejects invalid values before anything is written."""
    problem, field = new_secrets.problem()
    if problem:
        raise RequestRejected(problem, field=field)
    if account.service is not Service.DEMO or account.base_url:
        problem = address_problem(account.base_url)
    if problem:
        raise RequestRejected(problem, field="base_url")
    if not has_platform(account.service, account.profile) and (
        account.platform_url or new_secrets.platform_token.strip()
    ):
        field = "platform_url" if account.platform_url else "platform_token"
        raise RequestRejected(
            mark(
                "{label} has no platform address and no platform token.",
                label=account.service.label,
            ),
            field=field,
        )
    if account.platform_url and (problem := address_problem(account.platform_url)):
        raise RequestRejected(problem, field="platform_url")
    if account.webhook_url and (problem := webhook_problem(account.webhook_url)):
        raise RequestRejected(problem, field="webhook_url")
    for field, problem in _BUDGET_PROBLEMS.items():
        budget = getattr(account, field)
        if budget is not None and (not math.isfinite(budget) or budget < 0):
            raise RequestRejected(problem, field=field)
    if not 1 <= account.concurrency <= _MAX_CONCURRENCY:
        raise RequestRejected(
            mark(
                "The number of jobs at a time must be between 1 and {max_concurrency}.",
                max_concurrency=_MAX_CONCURRENCY,
            ),
            field="concurrency",
        )


def endpoint_changed(before: Account, after: Account) -> bool:
    """Whether earlier responses of the service do not apply to the account's new endpoint."""
    return (before.service, before.base_url, before.profile) != (
        after.service,
        after.base_url,
        after.profile,
    )


def stale_secrets(before: Account | None, after: Account) -> tuple[str, ...]:
    """Returns the secrets that were entered for another address than the account's new one."""
    if before is None:
        return ()
    if (before.service, before.base_url) != (after.service, after.base_url):
        return (KEY, WEBHOOK_SECRET, PLATFORM_TOKEN)
    if before.platform_url != after.platform_url:
        return (PLATFORM_TOKEN,)
    return ()
