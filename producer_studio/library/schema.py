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
