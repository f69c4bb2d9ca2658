"""Installing, removing and upgrading: what apt brings, what stays, what is carried over."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from proof.listing import Listing, differences, listed
from proof.report import Case
from proof.room import ANNA, Layers, Person, ProofProblem, Room
from proof.stage import LIBRARY, PROGRAM, Stage, apt, make_song, studio

_INSIDE = "/usr/lib/producer-studio/_internal"
_UNFOUND = f"""
cd /usr/lib/producer-studio
find . -type f \\( -name '*.so*' -o -perm /111 \\) | sort | while read -r file
do
    LD_LIBRARY_PATH={_INSIDE} ldd "$file" 2>/dev/null | grep 'not found' | sed "s|^|$file |"
done
"""
_OPTIONAL = ("platformthemes/libqgtk3.so",)
"""Plugins that Qt leaves out by itself where their desktop is missing."""
_MOVED = ("window_geometry", "splitter_sizes")


def install(stage: Stage) -> None:
    """The package on the bare root, with what it declares and nothing else."""
    with stage.case("install") as case:
        before = _packages(stage, stage.bare)
        stage.installed, _ = stage.install(stage.bare, f"/mnt/new/{stage.deb.name}")
        after = _packages(stage, stage.installed)
        pulled = {name: size for name, size in after.items() if name not in before}
        own = pulled.pop(PROGRAM)
        case.details |= {"installed_kib": own, "pulled_in_kib": pulled}
        case.say(f"{own / 1000:.0f} MB installed, {stage.deb.stat().st_size / 1e6:.0f} MB to fetch")
        case.say(f"with {len(pulled)} packages of Debian ({sum(pulled.values()) / 1000:.0f} MB)")
        with stage.room() as room:
            case.say(room.run(ANNA, PROGRAM, "--version").strip())
            unfound = room.run(None, "sh", "-c", _UNFOUND).splitlines()
        missed = [line for line in unfound if not any(part in line for part in _OPTIONAL)]
        case.details["optional_libraries"] = unfound
        case.need(not missed, "Libraries are missing:\n" + "\n".join(missed[:20]))


def remove(stage: Stage) -> None:
    """Purging leaves the root as it was, but for what apt keeps and what people made."""
    with stage.case("removal") as case:
        with stage.room(stage.bare) as room:
            before = listed(room)
        with stage.room(stage.bare, alone=False) as room:
            apt(room, "install", "--no-install-recommends", f"/mnt/new/{stage.deb.name}")
            used = room.layers
        with stage.room(used) as room:
            make_song(room, ANNA, "Stays Here")
            people, used = listed(room, "/home"), room.layers
        with stage.room(used, alone=False) as room:
            apt(room, "purge", PROGRAM)
            apt(room, "autoremove", "--purge")
            used = room.layers
        with stage.room(used) as room:
            _compare(case, before, listed(room))
            _people_keep(case, people, listed(room, "/home"))


def _compare(case: Case, before: Listing, after: Listing) -> None:
    found = differences(before, after)
    case.details["explained"] = found.explained
    case.need(not found.unexplained, "Left behind:\n" + "\n".join(found.unexplained[:20]))
    case.say("nothing left in the system")
    case.say(f"{len(found.explained)} notes and caches of apt and dpkg explained")


def _people_keep(case: Case, before: Listing, after: Listing) -> None:
    case.need(before == after, "Files of people changed when the package was removed.")
    songs = [path for path in after if path.startswith(f"{ANNA.home}/{LIBRARY}/")]
    case.need(songs, "The library is gone.")
    case.say(f"library kept ({len(songs)} files)")


def upgrade(stage: Stage) -> None:
    """An older package's library, settings and accounts, opened by this one after an upgrade."""
    with stage.case("upgrade") as case:
        old, _ = stage.install(stage.bare, f"/mnt/old/{stage.previous.name}")
        with stage.room(old) as room:
            version = room.run(ANNA, PROGRAM, "--version").strip()
            clips = [make_song(room, ANNA, title) for title in ("Old Mill", "Old Harbour")]
            settings = _settle_in(room, ANNA)
            schema = _schema(_database(room, ANNA))
            sounds = {path: mark for path, mark in listed(room, "/home").items() if _is_media(path)}
            old = room.layers
        with stage.room(old, alone=False) as room:
            said = apt(room, "install", "--no-install-recommends", f"/mnt/new/{stage.deb.name}")
            case.need("1 upgraded" in said, f"apt did not call it an upgrade:\n{said[-500:]}")
            new = room.layers
        with stage.room(new) as room:
            case.say(f"{version} → {room.run(ANNA, PROGRAM, '--version').strip()}")
            found = {clip["id"] for clip in studio(room, ANNA, "library", "search")}
            case.need(found == set(clips), f"The library has {len(found)} clips, not {len(clips)}.")
            database = _database(room, ANNA)
            case.say(f"schema {schema} → {_schema(database)}")
            case.need(_schema(database) > schema, "The database was not migrated.")
            _check_backup(case, database.parent, schema, len(clips))
            after = listed(room, "/home")
            kept = all(after.get(path) == mark for path, mark in sounds.items())
            case.need(sounds and kept, "A sound file is not what it was.")
            room.run(ANNA, PROGRAM, "window", "--until-ready")
            now = _settings(room, ANNA)
            case.need(_is_kept(settings, now), f"Settings were:\n{settings}\nand are:\n{now}")
            case.say(f"{len(settings['preferences.json'])} settings and the accounts kept")
            _check_exports(case, stage, room, clips)
            make_song(room, ANNA, "New Mill")
            case.say(f"{len(clips)} old clips exported, a new one made")


def _settle_in(room: Room, person: Person) -> dict[str, Any]:
    """Chooses and adds what an upgrade must not lose; gives what the program made of it."""
    details = ["--base-url", "http://127.0.0.1:9", "--poll", "7"]
    studio(room, person, "accounts", "add", "mine", "--service", "musicapi", *details)
    chosen = '{"theme": "light", "export_format": "flac", "volume": 0.25, "welcome_seen": true}'
    room.run(person, "sh", "-c", "cat > .config/producer-studio/preferences.json", said=chosen)
    # The program reads them and says nothing against them.
    room.run(person, PROGRAM, "window", "--until-ready")
    return _settings(room, person)


def _settings(room: Room, person: Person) -> dict[str, Any]:
    """All preferences and accounts but those that the window itself moves."""
    found = {}
    for name in ("preferences.json", "accounts.json"):
        said = json.loads(room.run(person, "cat", f".config/producer-studio/{name}"))
        found[name] = {key: value for key, value in said.items() if key not in _MOVED}
    return found


def _is_kept(old: object, new: object) -> bool:
    """Whether everything old is still there; a newer version may add to it."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and _is_kept(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        pairs = zip(old, new, strict=False)
        return len(old) == len(new) and all(_is_kept(one, other) for one, other in pairs)
    return old == new


def _database(room: Room, person: Person) -> Path:
    """The library's database, seen from outside; nobody may have it open."""
    place = f"{person.home}/{LIBRARY}/library.db"
    # Copied up by the room itself when it was last written; else it still lies in a lower layer.
    for folder in room.layers.folders:
        if (folder / place.lstrip("/")).is_file():
            return folder / place.lstrip("/")
    raise ProofProblem("There is no database in the library.")


def _schema(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as db:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        return version


def _check_backup(case: Case, library: Path, schema: int, clips: int) -> None:
    copies = [
        path for path in library.rglob("library *.db") if re.search(rf"v{schema}\.db$", path.name)
    ]
    case.need(len(copies) == 1, f"There are {len(copies)} backups of schema {schema}, not one.")
    for copy in copies:
        with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as db:
            whole = db.execute("PRAGMA integrity_check").fetchone()[0]
            count = db.execute("SELECT count(*) FROM clips").fetchone()[0]
        case.need(_schema(copy) == schema, "The backup is of another schema than its name says.")
        case.need((whole, count) == ("ok", clips), f"The backup: {whole}, {count} clips.")
        case.say("backup made before, whole")


def _check_exports(case: Case, stage: Stage, room: Room, clips: list[str]) -> None:
    for kind in ("mp3", "wav"):
        studio(room, ANNA, "export", *clips, "--format", kind, "--to", "Exports")
    files = sorted(room.outside(f"{ANNA.home}/Exports").iterdir())
    case.need(len(files) == 2 * len(clips), f"{len(files)} files were exported.")
    for sound in stage.judge("sounds", files):
        case.need(sound["rms_db"] > -40, f"{sound['file']} is silent.")


def _is_media(path: str) -> bool:
    return path.endswith((".m4a", ".mp3", ".wav", ".png", ".jpg"))


def _packages(stage: Stage, layers: Layers) -> dict[str, int]:
    """Installed packages and their sizes in KiB."""
    with stage.room(layers) as room:
        said = room.run(None, "dpkg-query", "-W", "-f", "${Package} ${Installed-Size}\n")
    return {
        name: int(size or 0)
        for name, _, size in (line.partition(" ") for line in said.splitlines())
    }
