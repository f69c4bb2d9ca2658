"""Width and height of pictures, from the first bytes that ImageMagick writes."""

from pathlib import Path

import pytest

from producer_studio.files.picture_size import read_picture_size

PNG = "89504e470d0a1a0a0000000d49484452000002bc0000012c1002000000fec62b"
LOSSY_WEBP = "52494646a23300005745425056503820963300005001019d012af4014d013e91"
LOSSLESS_WEBP = "52494646a6820400574542505650384c998204002ff441530011466d23497a46"
EXTENDED_WEBP = "524946465034000057454250565038580a00000010000000f501004e0100414c"
GIF = "4749463839610a001400f7000000000003000009080407060e0f040b080d0d11"


def jpeg(frame: str, before: bytes = b"") -> bytes:
    """A JPEG up to its frame header: an EXIF segment with another marker in it, and a table."""
    exif = b"Exif\0\0" + b"\xff\xc0\0\x11\x08\0\x01\0\x01" * 9_000
    parts = [b"\xff\xd8", b"\xff\xe1" + (len(exif[:65_000]) + 2).to_bytes(2) + exif[:65_000]]
    return b"".join(parts) + before + bytes.fromhex(frame) + b"\0" * 30


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (bytes.fromhex(PNG), (700, 300)),
        (bytes.fromhex(LOSSY_WEBP), (500, 333)),
        (bytes.fromhex(LOSSLESS_WEBP), (501, 334)),
        (bytes.fromhex(EXTENDED_WEBP), (502, 335)),
        (jpeg("ffc0001108 04d2 0bb9 03"), (3001, 1234)),
        (jpeg("ffc2001108 0bb8 0bb8 03"), (3000, 3000)),
        (jpeg("ffc0001108 0bb8 0bb8 03", b"\xff\xc4\0\x04\0\0\xff\xff\xff"), (3000, 3000)),
        (bytes.fromhex(GIF), None),
        (bytes.fromhex(PNG)[:20], None),
        (b"", None),
        (jpeg("ffc0001108 0000 0bb8 03"), None),
        (jpeg("ffd9"), None),
        (b"\xff" * 100_000, None),
        (b"\xff\xd8" + b"\xff" * 100_000, None),
        (b"\xff\xd8" + b"\xff\xe0\0\x02" * 50_000, None),
    ],
)
def test_the_size_is_read(tmp_path: Path, content: bytes, size: tuple[int, int] | None) -> None:
    path = tmp_path / "cover"
    path.write_bytes(content)
    assert read_picture_size(path) == size


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        read_picture_size(tmp_path)
