from producer_studio.sandbox.music.lyrics_parser import parse_stanzas
from producer_studio.sandbox.music.lyrics_writer import write_lyrics


def test_lyrics_have_a_form_and_a_theme() -> None:
    written = write_lyrics("a song about the sea", "1")
    kinds = [part.kind for part in parse_stanzas(written["lyrics"])]
    assert kinds == ["verse", "chorus", "verse", "chorus", "bridge", "chorus"]
    assert "sea" in written["lyrics"].lower()
    assert written["title"]
    assert len(written["title"]) <= 80
    assert written["sound"]


def test_the_same_prompt_and_seed_give_the_same_words() -> None:
    assert write_lyrics("lost love", "1") == write_lyrics("lost love", "1")
    assert write_lyrics("lost love", "1") != write_lyrics("lost love", "2")


def test_an_empty_prompt_still_gives_a_song() -> None:
    assert write_lyrics("", "1")["lyrics"].startswith("[Verse 1]")
