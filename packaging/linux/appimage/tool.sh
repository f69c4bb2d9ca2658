#!/bin/sh
# Fetches appimagetool, and believes it only with the checksum that is known here.
#
#     packaging/linux/appimage/tool.sh build/appimagetool
#
# In the release workflow only: it comes neither from PyPI nor from Debian.
set -eu

to=$1
version=1.9.0
known=46fdd785094c7f6e545b61afcfb0f3d98d8eab243f644b4b17698c01d06083d1
from=https://github.com/AppImage/appimagetool/releases/download

mkdir -p "$(dirname "$to")"
curl --fail --silent --show-error --location --output "$to.part" \
    "$from/$version/appimagetool-x86_64.AppImage"
echo "$known  $to.part" | sha256sum --check --quiet
chmod 755 "$to.part"
mv "$to.part" "$to"
