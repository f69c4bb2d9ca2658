"""SQL condition for jobs whose request no service has, or may have, accepted."""


def is_unsent(jobs: str) -> str:
    """Returns a condition on a table of jobs: true as `domain.sweep.request_count` is 0.

    Also that nothing was charged. A request that was refused counts as unsent; so does one whose
    row is damaged, and that has no task.

    Args:
        jobs: Name or alias of the table.
    """
    # CASE, because SQLite may evaluate the operands of AND in any order.
    return f"""
        CASE WHEN {jobs}.task_id IS NOT NULL OR {jobs}.charged IS NOT NULL
                OR {jobs}.state NOT IN ('drafted', 'queued', 'failed', 'cancelled') THEN 0
            WHEN NOT json_valid({jobs}.body) THEN 1
            WHEN json_extract({jobs}.body, '$.uncertain_sends') > 0 THEN 0
            ELSE {jobs}.state <> 'cancelled'
                OR json_extract({jobs}.body, '$.sent_at') IS NULL END"""
