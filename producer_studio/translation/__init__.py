"""Translation of everything that users read, and the forms of numbers and dates.

English texts are the ids of the messages. `tr` translates what is shown now; `mark` makes a
`Message`, which is English until somebody shows it with `tr`.
"""

from producer_studio.translation.texts import (
    Message,
    join_texts,
    mark,
    nmark,
    ntr,
    pmark,
    ptr,
    sentences,
    tr,
    tr_message,
)

__all__ = [
    "Message",
    "join_texts",
    "mark",
    "nmark",
    "ntr",
    "pmark",
    "ptr",
    "sentences",
    "tr",
    "tr_message",
]
