"""Templates that come with the program, and the accounts that can take them."""

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.account import Account
from producer_studio.domain.errors import StorageError
from producer_studio.domain.form import FIELD_LABELS, fields_for
from producer_studio.domain.ids import AccountName
from producer_studio.domain.template import Template, TemplateGroup, parse_templates
from producer_studio.domain.text import join_quoted, join_words
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.accounts.offers import CurrentOffers
from producer_studio.translation import mark, nmark, sentences

_FILE = "templates.toml"
_MAX_NAMES = 3


@dataclass(frozen=True, slots=True)
class TemplateFit:
    """Whether the active account can take a template as it is.

    Attributes:
        text: Names of the accounts that take it; or a sentence about what the active one does not
            take, and which accounts do.
        is_complete: Whether the active account takes everything; also without any account.
    """

    text: str
    is_complete: bool


class Templates:
    """Reads the templates, and compares them with what the accounts offer.

    Args:
        resources: Folder of the file.
    """

    def __init__(self, resources: Path, accounts: Accounts, offers: CurrentOffers) -> None:
        self._resources = resources
        self._accounts = accounts
        self._offers = offers
        self._groups: tuple[TemplateGroup, ...] = ()

    async def groups(self) -> Sequence[TemplateGroup]:
        """Returns the templates in their groups.

        Raises:
            StorageError: The program's own file cannot be read.
        """
        if not self._groups:
            self._groups = await asyncio.to_thread(read_templates, self._resources)
        return self._groups

    def fit(self, template: Template) -> TemplateFit:
        """Returns which accounts take a template, and what the active one does not take."""
        active = self._accounts.active
        if active is None:
            return TemplateFit("", True)
        takers = [one.name for one in self._accounts.all() if not self._problem(template, one)]
        others = [name for name in takers if name != active.name]
        problem = self._problem(template, active)
        if not problem:
            return TemplateFit(_shorten([active.name, *others]), True)
        # Translators: what is such as "a seed or a webhook".
        text: str = mark("“{account}” does not take {what}.", account=active.name, what=problem)
        if others:
            names = join_quoted(others[:_MAX_NAMES])
            does = nmark("{accounts} does.", "{accounts} do.", len(others), accounts=names)
            text = sentences(text, does)
        return TemplateFit(text, False)

    def _problem(self, template: Template, account: Account) -> str:
        """Returns what an account does not take of a template; empty if it takes everything."""
        capabilities = self._offers.capabilities(account.name)
        capability = capabilities.get(template.operation)
        if not capability.available:
            return mark("“{name}”", name=template.operation.label)
        accepted_fields = fields_for(template.operation, capability)
        words = [
            label
            for name, label in FIELD_LABELS.items()
            if name in template.fields - accepted_fields
            and getattr(template.form, name) is not False
        ]
        model = template.form.model
        models = capabilities.models
        if "model" in template.fields & capability.fields and models and model not in models:
            words.append(model)
        return join_words(words, "or") if words else ""


def read_templates(resources: Path) -> tuple[TemplateGroup, ...]:
    """Reads the program's own file of templates; blocks.

    Raises:
        StorageError: It cannot be read.
    """
    path = resources / _FILE
    try:
        return parse_templates(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise StorageError(
            mark("“{file}” of this installation cannot be read.", file=_FILE),
            service_words=str(error),
        ) from error


def _shorten(names: Sequence[AccountName]) -> str:
    more = len(names) - _MAX_NAMES
    listed = ", ".join(names[:_MAX_NAMES])
    return mark("{names} and {more} more", names=listed, more=more) if more > 0 else listed
