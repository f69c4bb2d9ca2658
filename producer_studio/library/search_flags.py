"""Words after `has:` and `is:` of the query language."""

from producer_studio.library.field_spec import SearchFlag

HAS_FLAGS = (
    SearchFlag("video", "c.has_video", ("videos",)),
    SearchFlag(
        "stems", "EXISTS (SELECT 1 FROM clips s WHERE s.parent = c.id AND s.stem <> '')", ("stem",)
    ),
    SearchFlag("lyrics", "c.has_lyrics"),
    SearchFlag("cover", "c.has_cover"),
)

IS_FLAGS = (
    SearchFlag("instrumental", "c.instrumental"),
    SearchFlag("upload", "c.operation = 'upload'", ("uploaded",)),
    SearchFlag("trashed", "c.trashed"),
    SearchFlag("missing", "c.media = 'missing'"),
    SearchFlag("favourite", "c.favourite", ("fav",)),
    SearchFlag("unheard", "NOT c.heard"),
    SearchFlag(
        "listed", "EXISTS (SELECT 1 FROM playlist_items i WHERE i.clip = c.id)", ("playlist",)
    ),
    SearchFlag("judged", "EXISTS (SELECT 1 FROM judged_clips j WHERE j.clip = c.id)"),
    SearchFlag(
        "exported",
        "EXISTS (SELECT 1 FROM exports e WHERE e.clip = c.id "
        "AND e.finished_at IS NOT NULL AND e.fault IS NULL)",
    ),
    SearchFlag(
        "blind",
        "c.id IN (SELECT j.clip FROM judged_clips j JOIN judgements g ON g.id = j.judgement "
        "WHERE g.blind)",
    ),
)
