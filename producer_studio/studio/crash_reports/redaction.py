"""Redaction of secrets, addresses and names of persons in crash reports, as a second protection.

The first is that only literals of the program are recorded (`exception_format`, `recent_log`).
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from producer_studio.providers.http.redaction import REDACTED, SecretRedactor

_SHORTEST_NAME = 3
# Repetitions are bounded or cannot backtrack: the run time is linear in the length of any text.
_ADDRESS = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)[^\s\"'<>]*")
_HOST = re.compile(r"[^/?#]*")
_MAIL_HOST = re.compile(r"@[\w-]++(?:\.[\w-]++)+")
_MAIL_SIGNS = frozenset("_.+-")
_HEADER = re.compile(
    r"(?i)((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,64}(?:key|token|secret)[\w-]{0,64}+|api[-_]?key"
    r"|(?:token|secret|password|signature))([\"']?\s*[:=]\s*)[^\r\n]+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic|token)\s+[^\s\"',;]{6,}")
_PREFIXED = re.compile(r"\b(?:sk|pk|rk|key|tok|token|ghp|gho|xox[abp]|whsec|AKIA)[-_/]?[\w-]{8,}")
_LONG_TOKEN = re.compile(r"[A-Za-z0-9+/_=.~-]{20,}")
_ALNUM_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")


class ReportRedactor:
    """Redacts known secrets, texts that look like secrets, and the user's identity.

    Args:
        secrets: All secrets in use, from any source.
        environ: Contains the names of the user and the computer.
        home: The user's folder, displayed as ~.
    """

    def __init__(self, secrets: Iterable[str], environ: Mapping[str, str], home: str = "") -> None:
        self._secret_redactor = SecretRedactor(secrets)
        self._home = home or _home_folder()
        names = {environ.get(one, "") for one in ("USER", "LOGNAME", "USERNAME", "COMPUTERNAME")}
        names |= {environ.get("HOSTNAME", ""), Path(self._home).name}
        self._names = [
            re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])", re.IGNORECASE)
            for name in sorted(names, key=len, reverse=True)
            if len(name) >= _SHORTEST_NAME
        ]

    def redact(self, text: str) -> str:
        """Redacts free text, such as a message."""
        text = self.redact_secrets(text)
        for folder in {self._home, self._home.replace("\\", "/"), self._home.replace("\\", "\\\\")}:
            if len(folder) >= _SHORTEST_NAME:
                text = text.replace(folder, "~")
        text = _ADDRESS.sub(_shorten_url, text)
        text = _redact_mail(text)
        text = _HEADER.sub(rf"\1\2{REDACTED}", text)
        text = _BEARER.sub(rf"\1 {REDACTED}", text)
        text = _UUID.sub(REDACTED, text)
        text = _PREFIXED.sub(REDACTED, text)
        text = _LONG_TOKEN.sub(_redact_random, text)
        for name in self._names:
            text = name.sub(REDACTED, text)
        return text

    def redact_secrets(self, text: str) -> str:
        """Redacts only the secrets in use; applied to the program's own texts as well."""
        return self._secret_redactor.redact(text)


def _shorten_url(match: re.Match[str]) -> str:
    """Shortens a URL to its host: paths contain ids and names, queries contain signatures."""
    scheme, rest = match.group(1), match.group()[len(match.group(1)) :]
    host = _HOST.match(rest)
    host_name = (host.group() if host else "").rpartition("@")[2]
    return f"{scheme}{host_name}" + (f"/{REDACTED}" if len(rest) > len(host_name) else "")


def _redact_mail(text: str) -> str:
    """Redacts e-mail addresses, found from their "@" to both sides."""
    parts: list[str] = []
    done = 0
    for host in _MAIL_HOST.finditer(text):
        start = host.start()
        while start > done and (text[start - 1].isalnum() or text[start - 1] in _MAIL_SIGNS):
            start -= 1
        if start < host.start():
            parts += [text[done:start], REDACTED]
            done = host.end()
    return "".join([*parts, text[done:]])


def _redact_random(match: re.Match[str]) -> str:
    """Redacts long runs of letters and digits; identifiers are words with separators."""
    text = match.group()
    for run in _ALNUM_RUN.findall(text):
        if any(one.isdigit() for one in run) and any(one.isalpha() for one in run):
            return REDACTED
        if len(run) >= 24 and not _is_word(run):
            return REDACTED
    return text


def _is_word(run: str) -> bool:
    """Whether the run consists of words with capitals at their start."""
    return not run.isdigit() and max(map(len, re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", run))) >= 4


def _home_folder() -> str:
    found = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises if there is none
    return "" if found == "~" else found
