"""Database schema, as migration scripts."""

# Columns for filters and sort orders are in `clips`, whose rows are small; long texts are in
# `details`. `seq` is the time of adding in microseconds (made unique): rows, word index and "newest
# first" have the same order, so the first page needs no sorting.
VERSION_1 = """
CREATE TABLE clips (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    remote_id TEXT,
    account TEXT NOT NULL,
    service TEXT NOT NULL,
    title_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    seed TEXT NOT NULL,
    parent TEXT,
    job TEXT,
    position INTEGER NOT NULL,
    stem TEXT NOT NULL,
    duration_s REAL NOT NULL,
    bpm REAL,
    tone TEXT NOT NULL,
    media TEXT NOT NULL,
    stars INTEGER NOT NULL,
    favourite INTEGER NOT NULL,
    heard INTEGER NOT NULL,
    instrumental INTEGER NOT NULL,
    lyrics_strength REAL,
    sound_strength REAL,
    weirdness REAL,
    has_lyrics INTEGER NOT NULL,
    has_cover INTEGER NOT NULL,
    has_video INTEGER NOT NULL,
    trashed INTEGER NOT NULL
) STRICT;

CREATE TABLE details (
    seq INTEGER PRIMARY KEY REFERENCES clips(seq) ON DELETE CASCADE,
    title TEXT NOT NULL,
    sound TEXT NOT NULL,
    lyrics TEXT NOT NULL,
    tags TEXT NOT NULL,
    notes TEXT NOT NULL,
    folder TEXT NOT NULL,
    path TEXT,
    cover TEXT,
    video TEXT,
    media_note TEXT NOT NULL,
    links TEXT NOT NULL,
    recipe TEXT NOT NULL,
    loudness_lufs REAL,
    peak_dbfs REAL,
    created_at TEXT NOT NULL,
    added_at TEXT NOT NULL,
    trashed_at TEXT
) STRICT;

CREATE INDEX clips_by_added ON clips(trashed, seq DESC, id);
CREATE INDEX clips_by_title ON clips(trashed, title_key, seq DESC, id);
CREATE INDEX clips_by_model ON clips(trashed, model, seq DESC, id);
CREATE INDEX clips_by_length ON clips(trashed, duration_s DESC, seq DESC, id);
CREATE INDEX clips_by_rating ON clips(trashed, stars DESC, seq DESC, id);
CREATE INDEX clips_counted ON clips(trashed, operation, favourite, heard, has_video);
CREATE INDEX clips_by_parent ON clips(parent) WHERE parent IS NOT NULL;
CREATE INDEX details_by_folder ON details(folder);
CREATE INDEX clips_by_remote ON clips(account, remote_id) WHERE remote_id IS NOT NULL;

CREATE VIRTUAL TABLE words USING fts5(
    title, sound, lyrics, tags, notes,
    content = '', prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER details_added AFTER INSERT ON details BEGIN
    INSERT INTO words(rowid, title, sound, lyrics, tags, notes) VALUES (
        new.seq, spaced(new.title), spaced(new.sound), spaced(new.lyrics), spaced(new.tags),
        spaced(new.notes));
END;
CREATE TRIGGER details_removed AFTER DELETE ON details BEGIN
    INSERT INTO words(words, rowid, title, sound, lyrics, tags, notes) VALUES (
        'delete', old.seq, spaced(old.title), spaced(old.sound), spaced(old.lyrics),
        spaced(old.tags), spaced(old.notes));
END;
CREATE TRIGGER details_changed AFTER UPDATE OF title, sound, lyrics, tags, notes ON details
WHEN (old.title, old.sound, old.lyrics, old.tags, old.notes)
    IS NOT (new.title, new.sound, new.lyrics, new.tags, new.notes)
BEGIN
    INSERT INTO words(words, rowid, title, sound, lyrics, tags, notes) VALUES (
        'delete', old.seq, spaced(old.title), spaced(old.sound), spaced(old.lyrics),
        spaced(old.tags), spaced(old.notes));
    INSERT INTO words(rowid, title, sound, lyrics, tags, notes) VALUES (
        new.seq, spaced(new.title), spaced(new.sound), spaced(new.lyrics), spaced(new.tags),
        spaced(new.notes));
END;

CREATE TABLE peaks (
    clip TEXT PRIMARY KEY REFERENCES clips(id) ON DELETE CASCADE,
    bins BLOB NOT NULL
) STRICT;

CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    account TEXT NOT NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    task_id TEXT,
    dismissed INTEGER NOT NULL,
    waited_s REAL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_live ON jobs(seq) WHERE NOT (state = 'done' OR dismissed);
CREATE INDEX jobs_waited ON jobs(model, operation, account, seq)
    WHERE state = 'done' AND waited_s IS NOT NULL;

CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount REAL,
    job TEXT,
    note TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_account ON ledger(account, seq);
CREATE INDEX ledger_by_job ON ledger(job) WHERE job IS NOT NULL;

CREATE TABLE answers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    at TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX answers_by_job ON answers(job);

CREATE TABLE drafts (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
"""

# Accounts that know a clip by an upload; tasks that belong to jobs already; temporary uploads that
# may still be with a host, in the bodies of very few jobs.
VERSION_2 = """
ALTER TABLE details ADD COLUMN registered TEXT NOT NULL DEFAULT '[]';
CREATE INDEX jobs_by_task ON jobs(account, task_id) WHERE task_id IS NOT NULL;
CREATE INDEX jobs_hosted ON jobs(seq) WHERE json_extract(body, '$.hosted') <> '';
"""

# Clips whose `recipe.json` is older than their row: marked in the transaction of the change,
# cleared when the file is up to date. Each change makes a new mark, so that clearing an older one
# does not clear it. `keeps_old`: the existing file could not be read completely, and is preserved
# beside the new one.
VERSION_3 = """
CREATE TABLE stale_sidecars (
    clip TEXT PRIMARY KEY REFERENCES clips(id) ON DELETE CASCADE,
    mark INTEGER NOT NULL,
    keeps_old INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TRIGGER sidecar_of_added_stale AFTER INSERT ON details BEGIN
    INSERT INTO stale_sidecars(clip, mark) SELECT id, random() FROM clips WHERE seq = new.seq
        ON CONFLICT(clip) DO UPDATE SET mark = excluded.mark;
END;
CREATE TRIGGER sidecar_of_row_stale AFTER UPDATE ON clips BEGIN
    INSERT INTO stale_sidecars(clip, mark) VALUES (new.id, random())
        ON CONFLICT(clip) DO UPDATE SET mark = excluded.mark;
END;
CREATE TRIGGER sidecar_of_details_stale AFTER UPDATE ON details BEGIN
    INSERT INTO stale_sidecars(clip, mark) SELECT id, random() FROM clips WHERE seq = new.seq
        ON CONFLICT(clip) DO UPDATE SET mark = excluded.mark;
END;
"""

# Changes by each process, for the others: a few hundred entries, each with its process, the clips
# as a JSON list, and for edits the values before and after.
VERSION_4 = """
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    clips TEXT NOT NULL,
    edits TEXT NOT NULL
) STRICT;
"""

# Tempo and key that the user has set in place of the measured ones, and the confidence of the
# measured tempo. The word index, and titles for sorting, are rebuilt: they are folded by a newer
# rule (see `text_folding`).
VERSION_5 = """
ALTER TABLE clips ADD COLUMN bpm_override REAL;
ALTER TABLE clips ADD COLUMN key_override TEXT NOT NULL DEFAULT '';
ALTER TABLE details ADD COLUMN bpm_confidence REAL;
"""

# Presses, judgements, playlists and other things that users make of clips. What belongs to a clip
# itself is declared in `fields`. Judgements and exports outlive their clips. Lists of the user are
# ordered by a fractional `position`, so that one that is moved changes one row. `positions`, which
# changes while a clip plays, is not part of its `recipe.json`. The column `loudness_lufs` moves to
# `clips` (see `migration_to_version_6`).
VERSION_6 = """
CREATE TABLE presses (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    takes INTEGER NOT NULL,
    credits_expected REAL,
    created_at TEXT NOT NULL,
    recipes TEXT NOT NULL,
    form TEXT NOT NULL,
    words TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    repeats TEXT,
    preset TEXT,
    sweep TEXT
) STRICT;
CREATE INDEX presses_by_time ON presses(created_at);
CREATE INDEX presses_by_account ON presses(account, created_at);
ALTER TABLE jobs ADD COLUMN press TEXT;
ALTER TABLE jobs ADD COLUMN charged REAL;
CREATE INDEX jobs_by_press ON jobs(press) WHERE press IS NOT NULL;

CREATE TABLE judgements (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    result TEXT NOT NULL,
    blind INTEGER NOT NULL,
    session TEXT NOT NULL,
    round INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX judgements_by_session ON judgements(session, round);
CREATE TABLE judged_clips (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    judgement TEXT NOT NULL REFERENCES judgements(id) ON DELETE CASCADE,
    clip TEXT NOT NULL,
    outcome TEXT NOT NULL,
    UNIQUE (judgement, clip)
) STRICT;
CREATE INDEX judged_clips_by_clip ON judged_clips(clip, outcome);

CREATE TABLE positions (
    clip TEXT PRIMARY KEY REFERENCES clips(id) ON DELETE CASCADE,
    position_s REAL NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE queue_items (
    id TEXT PRIMARY KEY,
    position REAL NOT NULL,
    clip TEXT NOT NULL REFERENCES clips(id) ON DELETE CASCADE
) STRICT;
CREATE INDEX queue_items_by_clip ON queue_items(clip);

CREATE TABLE playlists (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    position REAL NOT NULL,
    notes TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE playlist_items (
    id TEXT PRIMARY KEY,
    playlist TEXT NOT NULL REFERENCES playlists(id) ON DELETE CASCADE,
    position REAL NOT NULL,
    clip TEXT NOT NULL REFERENCES clips(id) ON DELETE CASCADE,
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX playlist_items_in_order ON playlist_items(playlist, position);
CREATE INDEX playlist_items_by_clip ON playlist_items(clip);
CREATE TABLE saved_searches (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    position REAL NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    descending INTEGER NOT NULL,
    view TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE past_queries (
    query TEXT PRIMARY KEY,
    uses INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE presets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    shortcut TEXT NOT NULL DEFAULT '',
    position REAL NOT NULL,
    form TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE TABLE text_versions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX text_versions_by_document ON text_versions(document, seq);
CREATE TABLE price_samples (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    credits REAL NOT NULL,
    job TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX price_samples_by_request ON price_samples(account, operation, model, seq);

CREATE TABLE files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    clip TEXT NOT NULL REFERENCES clips(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    UNIQUE (clip, name)
) STRICT;
CREATE TABLE features (
    clip TEXT PRIMARY KEY REFERENCES clips(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    vector BLOB NOT NULL
) STRICT;
CREATE TABLE exports (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    clip TEXT NOT NULL,
    state TEXT NOT NULL,
    spec TEXT NOT NULL,
    path TEXT,
    fault TEXT,
    created_at TEXT NOT NULL,
    finished_at TEXT
) STRICT;
CREATE INDEX exports_by_clip ON exports(clip);
CREATE INDEX exports_open ON exports(seq) WHERE finished_at IS NULL;
"""

# Indexes of columns that schema step 6 adds from `fields`, or fills.
VERSION_6_INDEXES = """
CREATE INDEX clips_by_press ON clips(press, take) WHERE press IS NOT NULL;
CREATE INDEX clips_by_sha256 ON clips(sha256) WHERE sha256 <> '';
CREATE INDEX clips_by_measure_version ON clips(measure_version);
CREATE INDEX clips_by_bpm ON clips(trashed, coalesce(bpm_override, bpm, -1), seq DESC, id);
"""

# The price of a clip is that of its job, so that lists are sorted by it with an index. It is not
# part of `recipe.json`.
VERSION_8 = """
CREATE INDEX presses_by_preset ON presses(id, preset) WHERE preset IS NOT NULL;
CREATE INDEX clips_by_job ON clips(job) WHERE job IS NOT NULL;
DROP TRIGGER sidecar_of_row_stale;
UPDATE clips SET charged = (SELECT j.charged FROM jobs j WHERE j.id = clips.job)
    WHERE job IS NOT NULL;
CREATE TRIGGER sidecar_of_row_stale AFTER UPDATE ON clips WHEN new.charged IS old.charged BEGIN
    INSERT INTO stale_sidecars(clip, mark) VALUES (new.id, random())
        ON CONFLICT(clip) DO UPDATE SET mark = excluded.mark;
END;
CREATE TRIGGER price_of_added_clip AFTER INSERT ON clips WHEN new.job IS NOT NULL BEGIN
    UPDATE clips SET charged = (SELECT charged FROM jobs WHERE id = new.job) WHERE seq = new.seq;
END;
CREATE TRIGGER price_of_changed_clip AFTER UPDATE OF job ON clips WHEN new.job IS NOT old.job BEGIN
    UPDATE clips SET charged = (SELECT charged FROM jobs WHERE id = new.job) WHERE seq = new.seq;
END;
CREATE TRIGGER price_of_added_job AFTER INSERT ON jobs WHEN new.charged IS NOT NULL BEGIN
    UPDATE clips SET charged = new.charged WHERE job = new.id;
END;
CREATE TRIGGER price_of_changed_job AFTER UPDATE OF charged ON jobs
WHEN new.charged IS NOT old.charged BEGIN
    UPDATE clips SET charged = new.charged WHERE job = new.id;
END;
"""
