"""SQL query for the sound prompts of clips. Reading runs on a read thread."""

import sqlite3

from producer_studio.domain.prompt_phrases import PromptPhrase, PromptUse, rank_phrases
from producer_studio.library.column_values import parse_text


def read_phrases(db: sqlite3.Connection, newest: int | None = None) -> list[PromptPhrase]:
    """Returns the phrases of prompts, best rated first; see `rank_phrases`.

    Stems, uploads, and clips in the trash, are left out. A page of each clip is read: with 100,000
    clips and a cold cache this takes some seconds, and half a second of computing.

    Args:
        newest: Maximum number of clips, the newest ones; None for all.
    """
    rows = db.execute(
        "SELECT d.sound, count(*), sum(c.stars > 0), sum(c.stars) "
        "FROM (SELECT seq, stars FROM clips WHERE trashed = 0 AND stem = '' "
        "AND operation <> 'upload' ORDER BY seq DESC LIMIT ?) c "
        "JOIN details d ON d.seq = c.seq WHERE d.sound <> '' GROUP BY d.sound",
        (-1 if newest is None else newest,),
    )
    return rank_phrases(PromptUse(parse_text(sound), *numbers) for sound, *numbers in rows)
