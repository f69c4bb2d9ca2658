"""All styles of music by name."""

from producer_studio.sandbox.music.acoustic_styles import ACOUSTIC_STYLES
from producer_studio.sandbox.music.basic_styles import BASIC_STYLES
from producer_studio.sandbox.music.electronic_styles import ELECTRONIC_STYLES
from producer_studio.sandbox.music.music_style import MusicStyle

STYLES = {style.name: style for style in (*BASIC_STYLES, *ACOUSTIC_STYLES, *ELECTRONIC_STYLES)}

__all__ = ["STYLES", "MusicStyle"]
