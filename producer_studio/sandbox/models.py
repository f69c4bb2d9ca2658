"""Models of "MusicAPI, Producer API" with their documented generation times."""

DEFAULT_MODEL = "FUZZ-2.0"

#: Typical seconds from the request to the clip: the middle of the documented range.
MODEL_SECONDS: dict[str, float] = {
    "FUZZ-2.0 Pro": 25,
    "FUZZ-2.0": 25,
    "FUZZ-2.0 Raw": 25,
    "FUZZ-1.1 Pro": 40,
    "FUZZ-1.0 Pro": 25,
    "FUZZ-1.0": 40,
    "FUZZ-1.1": 40,
    "FUZZ-0.8": 40,
    "Lyria 3 preview": 40,
    "FUZZ-3-Demo": 65,
}

LYRIA_3_PRO = "Lyria 3 Pro"
#: The models since May 2026: the new one and every older name (.github/docs/services.md, which
#: documents no time for the new one; the preview's is used here).
LATER_MODEL_SECONDS: dict[str, float] = {LYRIA_3_PRO: 40, **MODEL_SECONDS}

#: Seconds of tasks without a model; the documents state none, these are our choice.
TASK_SECONDS: dict[str, float] = {"upload": 10, "download": 10, "lyrics": 8, "video": 60}
