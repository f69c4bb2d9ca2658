"""SQL for judgements. Functions run on a database thread, inside its transaction."""

import logging
import sqlite3

from producer_studio.domain.ids import ClipId, JudgementId
from producer_studio.domain.judgement import ClipOutcome, Judgement, JudgementResult
from producer_studio.library.column_values import (
    format_time,
    parse_integer,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)

log = logging.getLogger(__name__)


def add_judgement(db: sqlite3.Connection, judgement: Judgement) -> bool:
    """Inserts a judgement; returns False if there is one of this id already."""
    added = db.execute(
        "INSERT OR IGNORE INTO judgements(id, result, blind, session, round, at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            judgement.id,
            str(judgement.result),
            int(judgement.is_blind),
            replace_lone_surrogates(judgement.session),
            judgement.round,
            format_time(judgement.at),
        ),
    )
    if added.rowcount != 1:
        return False
    db.executemany(
        "INSERT INTO judged_clips(judgement, clip, outcome) VALUES (?, ?, ?)",
        [
            (judgement.id, replace_lone_surrogates(clip), str(judgement.outcome(clip)))
            for clip in judgement.clips
        ],
    )
    return True


def remove_judgement(db: sqlite3.Connection, judgement_id: JudgementId) -> bool:
    """Deletes a judgement; returns False if there is none of this id."""
    return db.execute("DELETE FROM judgements WHERE id = ?", (judgement_id,)).rowcount == 1


def list_judgements(db: sqlite3.Connection, clip: ClipId) -> list[Judgement]:
    """Returns the judgements of a clip, latest first; unreadable ones are logged and omitted."""
    rows = db.execute(
        "SELECT g.* FROM judged_clips j JOIN judgements g ON g.id = j.judgement "
        "WHERE j.clip = ? ORDER BY g.seq DESC",
        (replace_lone_surrogates(clip),),
    ).fetchall()
    found = []
    for row in rows:
        compared = db.execute(
            "SELECT clip, outcome FROM judged_clips WHERE judgement = ? ORDER BY seq", (row["id"],)
        ).fetchall()
        won = [
            ClipId(parse_text(one["clip"]))
            for one in compared
            if parse_text(one["outcome"]) == ClipOutcome.WON
        ]
        try:
            found.append(
                Judgement(
                    id=JudgementId(parse_text(row["id"])),
                    clips=tuple(ClipId(parse_text(one["clip"])) for one in compared),
                    result=JudgementResult(parse_text(row["result"])),
                    winner=won[0] if won else None,
                    is_blind=bool(row["blind"]),
                    session=parse_text(row["session"]),
                    round=parse_integer(row["round"], 1),
                    at=parse_time(row["at"]),
                )
            )
        except ValueError as error:
            log.warning("Cannot read judgement %s: %s", row["id"], error)
    return found
