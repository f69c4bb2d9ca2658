"""Names of fields within sentences, by their labels."""

from collections.abc import Mapping

from producer_studio.translation import mark

FIELD_NAMES: Mapping[str, str] = {
    mark("Id"): mark("id"),
    mark("Family of"): mark("family of"),
    mark("Title"): mark("title"),
    mark("Sound"): mark("sound"),
    mark("Lyrics"): mark("lyrics"),
    mark("Operation"): mark("operation"),
    mark("Model"): mark("model"),
    mark("Service"): mark("service"),
    mark("Account"): mark("account"),
    mark("Seed"): mark("seed"),
    mark("Press"): mark("press"),
    mark("Take"): mark("take"),
    mark("Made"): mark("made"),
    mark("File"): mark("file"),
    mark("Made from"): mark("made from"),
    mark("Part"): mark("part"),
    mark("Strengths"): mark("strengths"),
    mark("Instrumental"): mark("instrumental"),
    mark("Rating"): mark("rating"),
    mark("Favourite mark"): mark("favourite mark"),
    mark("Unheard"): mark("unheard"),
    mark("Plays"): mark("plays"),
    mark("Added"): mark("added"),
    mark("Tags"): mark("tags"),
    mark("Notes"): mark("notes"),
    mark("Cover"): mark("cover"),
    mark("Video"): mark("video"),
    mark("Links"): mark("links"),
    mark("Price"): mark("price"),
    mark("Lyrics strength"): mark("lyrics strength"),
    mark("Sound strength"): mark("sound strength"),
    mark("Cover strength"): mark("cover strength"),
    mark("Weirdness"): mark("weirdness"),
    mark("Part from"): mark("part from"),
    mark("Part to"): mark("part to"),
}
