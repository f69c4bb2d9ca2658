"""Versions of lyrics: what is kept, and what comes back from disk."""

from datetime import UTC, datetime, timedelta

from producer_studio.domain.lyrics.versions import (
    MAX_VERSIONS,
    LyricsVersion,
    VersionHistory,
    VersionReason,
)

START = datetime(2026, 11, 30, 12, tzinfo=UTC)


def version(text: str, minute: int = 0, reason: str = "edited") -> LyricsVersion:
    return LyricsVersion(text, START + timedelta(minutes=minute), VersionReason(reason))


def test_fifty_versions_are_kept_and_none_twice_in_a_row() -> None:
    history = VersionHistory()
    for minute in range(MAX_VERSIONS + 5):
        history = history.with_version(version(f"line {minute}", minute))
    assert len(history.versions) == MAX_VERSIONS
    assert history.versions[0].text == "line 5"
    assert history.with_version(version("line 54", 99)) is history
    assert history.with_version(version(" \n")) is history


def test_a_text_that_is_sent_is_no_longer_only_edited() -> None:
    history = VersionHistory().with_version(version("a", 1)).with_version(version("a", 2, "sent"))
    assert history.versions == (version("a", 2, "sent"),)
    assert history.with_version(version("a", 3, "replaced")) is history


def test_a_history_survives_disk_and_leaves_out_what_is_damaged() -> None:
    history = VersionHistory((version("a", 1, "accepted"), version("b", 2)))
    stored = history.to_json()
    assert VersionHistory.from_json(stored) == history
    stored["versions"] += [None, 7, {"text": "c"}, {"text": "", "at": START.isoformat()}]
    assert VersionHistory.from_json(stored) == history
    assert VersionHistory.from_json(None) == VersionHistory.from_json({"versions": "x"})


class _Row(dict[str, object]):
    """Stored version that counts how often it is read."""

    reads = 0

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        _Row.reads += key == "text"
        return super().get(key, default)


def test_of_a_stored_history_of_any_length_only_the_last_versions_are_read() -> None:
    rows = [_Row(version(f"line {number}").to_json()) for number in range(MAX_VERSIONS * 4)]
    history = VersionHistory.from_json({"versions": rows})
    assert [one.text for one in history.versions] == [f"line {n}" for n in range(150, 200)]
    assert _Row.reads == MAX_VERSIONS
