#!/bin/sh
# Puts Producer Studio into the menu of your desktop, for you alone, or takes it out again.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
id=io.github.producer_studio.ProducerStudio
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/$id.desktop

refresh() {
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$data/applications" || true
    fi
}

case "${1:-}" in
add)
    # Signs with a meaning in a desktop entry, and those that sed reads in a replacement.
    program=$(printf '%s' "$here/producer-studio" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
    program=$(printf '%s' "$program" | sed -e 's/[\\&|]/\\&/g')
    mkdir -p "$data/applications"
    (cd "$here/share/icons" && find hicolor -type f) | while read -r icon; do
        mkdir -p "$data/icons/$(dirname "$icon")"
        cp "$here/share/icons/$icon" "$data/icons/$icon"
    done
    sed "s|^Exec=producer-studio|Exec=\"$program\"|" \
        "$here/share/applications/$id.desktop" >"$entry"
    refresh
    echo "Producer Studio was added to your menu. Do not move this folder: the entry points to it."
    ;;
remove)
    rm -f "$entry"
    find "$data/icons/hicolor" -type f \( -name "$id.png" -o -name "$id.svg" \) -delete 2>/dev/null ||
        true
    refresh
    echo "Producer Studio was removed from your menu. This folder and your songs are not changed."
    ;;
*)
    echo "Usage: $0 add | remove" >&2
    exit 2
    ;;
esac
