"""Messages about requests that a budget does not allow."""

from producer_studio.domain.budget import BudgetPeriod, BudgetStatus
from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.translation import Message, mark, nmark, sentences


def excess_message(status: BudgetStatus, cost: float, *, is_estimated: bool) -> str:
    """Says that a request would exceed a budget.

    Args:
        cost: Credits of the request.
        is_estimated: Whether a part of the cost is learnt.
    """
    price = format_credits(cost)
    price = mark("about {amount}", amount=price) if is_estimated else price
    spent, limit = format_credits(status.spent), format_credits(status.budget)
    if status.pending:
        text = nmark(
            # Translators: budget is such as "monthly budget of all accounts", the amounts are such
            # as "5 credits".
            "This would exceed the {budget}: {spent} of {limit} is spent, {pending} more may be "
            "under way or charged already, and this costs {cost}.",
            "This would exceed the {budget}: {spent} of {limit} are spent, {pending} more may be "
            "under way or charged already, and this costs {cost}.",
            1 if status.spent == 1 else 2,
            budget=status.name,
            spent=spent,
            limit=limit,
            pending=format_credits(status.pending),
            cost=price,
        )
    else:
        text = nmark(
            "This would exceed the {budget}: {spent} of {limit} is spent, and this costs {cost}.",
            "This would exceed the {budget}: {spent} of {limit} are spent, and this costs {cost}.",
            1 if status.spent == 1 else 2,
            budget=status.name,
            spent=spent,
            limit=limit,
            cost=price,
        )
    advice = (
        mark(
            "The budget resets on {day}; until then you can raise or remove it in Settings, under "
            "Credits.",
            day=status.resets_on,
        )
        if status.account is None
        else mark(
            "The budget resets on {day}; until then you can raise or remove it in the account's "
            "settings.",
            day=status.resets_on,
        )
    )
    return sentences(sentences(text, mark("Nothing was sent.")), advice)


def unknown_price_message(
    operation: Operation,
    account: AccountName,
    period: BudgetPeriod,
    *,
    is_of_all: bool,
    is_pending: bool,
) -> str:
    """Says that a budget does not allow a request whose cost is unknown.

    Args:
        is_of_all: Whether it is the budget of all accounts.
        is_pending: Whether it is an earlier request, which the checked one comes after.
    """
    text = _unknown_price(operation, account, period, is_pending=is_pending)
    if not is_pending and is_of_all:
        advice = mark("To send it anyway, remove the budget in Settings, under Credits.")
    elif not is_pending:
        advice = mark("To send it anyway, remove the budget in the account's settings.")
    elif is_of_all:
        advice = mark(
            "Wait for that request, or forget it. To send this anyway, remove the budget in "
            "Settings, under Credits."
        )
    else:
        advice = mark(
            "Wait for that request, or forget it. To send this anyway, remove the budget in the "
            "account's settings."
        )
    return sentences(sentences(text, mark("Nothing was sent.")), advice)


def _unknown_price(
    operation: Operation, account: AccountName, period: BudgetPeriod, *, is_pending: bool
) -> Message:
    is_monthly = period is BudgetPeriod.MONTH
    if is_pending and is_monthly:
        return mark(
            "An earlier request ({operation}) that may still be charged has no known price at "
            "“{account}”, so this may exceed the monthly budget.",
            operation=operation.name_in_text,
            account=account,
        )
    if is_pending:
        return mark(
            "An earlier request ({operation}) that may still be charged has no known price at "
            "“{account}”, so this may exceed the daily budget.",
            operation=operation.name_in_text,
            account=account,
        )
    if is_monthly:
        return mark(
            "{operation} has no known price at “{account}”, so it may exceed the monthly budget.",
            operation=operation.label,
            account=account,
        )
    return mark(
        "{operation} has no known price at “{account}”, so it may exceed the daily budget.",
        operation=operation.label,
        account=account,
    )
