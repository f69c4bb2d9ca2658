"""Twelve clips with the titles and tags that readers of files stumble over."""

from dataclasses import dataclass
from datetime import datetime

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.export.tag_settings import TagSettings


@dataclass(frozen=True, slots=True)
class Song:
    """A clip before it has its sound, and the texts of Settings → Export beside it.

    Attributes:
        title: As it is typed; `clip.title` is what the library makes of it.
        length_s: Length of its sound.
    """

    title: str
    artist: str = "Ada Lovelace"
    lyrics: str = "[Verse]\nThe water goes\n\n[Chorus]\nAnd comes"
    bpm: float = 84.0
    key: str = "F minor"
    length_s: float = 4.0

    def clip(self) -> Clip:
        """A new clip of the library."""
        return Clip(
            id=new_clip_id(),
            title=self.title,
            model="FUZZ-2.0",
            lyrics=self.lyrics,
            bpm_override=self.bpm,
            key_override=self.key,
            recipe=Recipe(title=self.title, lyrics=self.lyrics, sound="calm pads"),
            # Late in the evening: another day in UTC wherever the clock is behind it.
            created_at=datetime(2026, 3, 7, 23, 30).astimezone(),
        )

    @property
    def labels(self) -> TagSettings:
        return TagSettings(
            artist=self.artist,
            album_artist=f"{self.artist} & friends",
            album=f"Album of {self.artist}",
            copyright=f"2026 {self.artist}",
            genre="Ambient",
            comment=f"Sung for {self.artist}",
        )


SONGS = (
    Song("Low tide"),
    Song("東京の夜 — 雨", "坂本 龍", "[Verse]\n雨が降る\n街の灯り", 72.0, "C# minor", 5.0),
    Song("하늘과 바다", "김하늘", "바람이 불어", 120.0, "Bb major", 6.0),
    Song("ليلة هادئة (نسخة)", "فيروز", "يا ليل", 62.0, "A minor", 7.0),
    Song("שיר לילה", "נעמי", "לילה טוב", 98.5, "Eb minor", 3.0),
    Song("می‌خواهم", "گوگوش", "آهنگ من", 174.0, "G# minor", 4.5),
    Song("👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🎹 song", "🎤", "🎶", 90.0, "C major", 5.5),
    Song("A very long title " * 11 + "ends here", "Ada", "la", 45.0, "D major", 3.5),
    Song("First\r\nsecond\u2028third\tfourth", "Ada", "one\n\ntwo", 200.0, "E minor", 4.25),
    Song("Con Te Partirò – “naïve” €", "Beyoncé Ångström", "déjà vu", 128.0, "B minor", 6.5),
    Song('AC/DC: live? <1> "2" | 3* ; a=b \\ c & #', "X; Y / Z", "a;b", 140.0, "F# minor", 3.0),
    Song("E\u0301tude ø ł đ æ œ ß", "Łukasz Đặng", "żółć", 100.0, "Ab major", 5.0),
)
