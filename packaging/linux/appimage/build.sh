#!/bin/sh
# Makes an AppImage out of the portable archive. Built in the release workflow only: appimagetool
# comes neither from PyPI nor from Debian, and nothing else here needs it.
#
#     packaging/linux/appimage/build.sh dist/producer-studio-1.2.3-linux-x86_64.tar.gz dist
#
# appimagetool has to be on the PATH, or be named by APPIMAGETOOL. SOURCE_DATE_EPOCH is the time that
# the image carries.
set -eu

archive=$1
to=$2
id=io.github.producer_studio.ProducerStudio
version=$(basename "$archive" -linux-x86_64.tar.gz)
version=${version#producer-studio-}

mkdir -p "$to"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$archive" -C "$work"
unpacked=$work/producer-studio-$version
image=$work/ProducerStudio.AppDir

mkdir -p "$image/usr/lib" "$image/usr/bin"
mv "$unpacked/share" "$image/usr/share"
rm "$unpacked/menu.sh" "$unpacked/README.txt"
mv "$unpacked" "$image/usr/lib/producer-studio"
ln -s ../lib/producer-studio/producer-studio "$image/usr/bin/producer-studio"

# What the image's own runtime starts: the window, and with arguments any command.
cat >"$image/AppRun" <<'END'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/usr/lib/producer-studio/producer-studio" "$@"
END
chmod 755 "$image/AppRun"
cp "$image/usr/share/applications/$id.desktop" "$image/$id.desktop"
cp "$image/usr/share/icons/hicolor/256x256/apps/$id.png" "$image/$id.png"
ln -s "$id.png" "$image/.DirIcon"
# It looks for the description under an older name as well.
ln -s "$id.metainfo.xml" "$image/usr/share/metainfo/$id.appdata.xml"

ARCH=x86_64 VERSION=$version "${APPIMAGETOOL:-appimagetool}" --no-appstream "$image" \
    "$to/ProducerStudio-$version-x86_64.AppImage"
