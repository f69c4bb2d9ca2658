#!/bin/sh
# Makes a Flatpak bundle out of the portable archive. Built in the release workflow only: the
# runtimes come from Flathub, and from no package registry.
#
#     packaging/linux/flatpak/build.sh dist/producer-studio-1.2.3-linux-x86_64.tar.gz dist
#
# flatpak and flatpak-builder have to be installed; everything else stays in the user's folders.
set -eu

archive=$1
to=$2
here=$(dirname "$(readlink -f "$0")")
id=io.github.producer_studio.ProducerStudio
version=$(basename "$archive" -linux-x86_64.tar.gz)
version=${version#producer-studio-}

mkdir -p "$to"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/$id.yml" "$work"
cp "$archive" "$work/producer-studio.tar.gz"

flathub=https://dl.flathub.org/repo/flathub.flatpakrepo
flatpak remote-add --user --if-not-exists flathub "$flathub"
flatpak-builder --user --force-clean --disable-rofiles-fuse --install-deps-from=flathub \
    --state-dir="$work/state" --repo="$work/repo" "$work/built" "$work/$id.yml"
# The bundle tells where the runtime is had from, so that one click installs both.
flatpak build-bundle --runtime-repo="$flathub" "$work/repo" \
    "$to/ProducerStudio-$version-x86_64.flatpak" "$id"
