"""Refund detection in a service's own text.

A refund is entered in the user's ledger and shown as a fact, so only a plain statement counts: one
that is denied, promised, possible, partial or doubtful does not.
"""

import re

_MAX_CHARACTERS = 4000

_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\n+")
_RETURNED = r"(refund(ed|s)?|returned|restored|given back|reimbursed|credited back)"
_MENTION = re.compile(rf"\b{_RETURNED}\b", re.IGNORECASE)
_STATEMENT = re.compile(
    r"\brefunded\b|\brefund (was|has been|is) (issued|made|processed|complete)|"
    r"\bcredits? (was|were|has been|have been) (returned|restored|given back)\b",
    re.IGNORECASE,
)
_DENIAL = (
    r"(not|no|never|nothing|none|neither|nor|without|cannot|unable to|fail(s|ed)? to|"
    r"refus(es|ed) to|\w+n['\u2019]t)"
)
# The text between must not begin another clause: "nothing was made and all is refunded".
_OTHER_THOUGHT = r"(?:and|so|but|because|since|as|therefore|hence|however|yet|instead)\b"
_DENIED = re.compile(
    rf"\b{_DENIAL}\b(?:\s+(?!{_OTHER_THOUGHT})[\w'\u2019-]+){{0,8}}?\s+(?<!-){_RETURNED}\b|"
    rf"\b{_RETURNED}\b(\s+(credits?|amount))?\s*[:=?,\u2013\u2014-]*\s*"
    r"\b(no|none|not|never|nothing|false|denied|declined|refused|rejected|0)\b",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    # Another part of the sentence contains a negation, which may apply to this.
    rf"\b{_DENIAL}\b[^?]*\b{_RETURNED}|\b(non|un)-?\s?{_RETURNED}|"
    # Promised or possible: not refunded yet.
    r"\b(will|would|shall|should|may|might|can|could|must|to be|being|going to)\s+"
    rf"(\w+\s+){{0,3}}{_RETURNED}|"
    rf"\b(if|unless|once|when|whether|until|before)\b.*\b{_RETURNED}|"
    rf"\b{_RETURNED}.*\b(if|unless|once|soon|shortly|within|later|until|tomorrow|days?|hours?)\b|"
    r"\b(pending|scheduled|requested|request(?= for)|eligible|awaiting|expected|promised|"
    r"estimated|maybe|perhaps|possibly|probably|likely|allegedly)\b|"
    # A general rule, not this case.
    rf"\b(tasks|jobs|generations|requests|songs|failures)\s+(are|get)\s+(\w+\s+)?{_RETURNED}|"
    # A partial refund.
    r"\b(partial|partially|partly|in part|half|some|part of|only|up to|except|minus|less|most|"
    r"percent|portion|remainder|rest)\b|%|"
    r"\d\s*(/|of|out of)\s*\d|\b0+(\.0+)? credits?\b|"
    rf"{_RETURNED}[^\w]*\d|(?<!all )(?<!your )(?<!the )\b\d+([.,]\d+)? credits?\b|"
    r"\?",
    re.IGNORECASE,
)


def is_refunded(text: str) -> bool | None:
    """Whether the text states that all of the credits were refunded; None without a statement.

    False where it states that they were not.
    """
    verdicts = {_judge(one) for one in _SENTENCE_END.split(text[:_MAX_CHARACTERS])} - {None}
    return verdicts == {"refunded"} if len(verdicts) == 1 and "unsure" not in verdicts else None


def _judge(sentence: str) -> str | None:
    """Classifies one sentence about a refund; None where it has another subject."""
    if not _MENTION.search(sentence):
        return None
    if _DENIED.search(sentence):
        return "denied"
    if _DOUBTS.search(sentence):
        return "unsure"
    return "refunded" if _STATEMENT.search(sentence) else None
