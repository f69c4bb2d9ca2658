"""How long a finished result takes to become a clip that can be played."""

from tests.performance.stalls import storm
from tests.performance.table import median, say


def measure(repeats: int) -> None:
    rows: list[list[object]] = [["", "jobs", "median s", "least s", "most s"]]
    for name, jobs, together in (
        ("one at a time", max(3, repeats), False),
        ("20 at the same moment", 20, True),
    ):
        found = storm(jobs, together=together)
        since_done, since_known = [], []
        for moment in found["moments"]:
            if moment["playable"] is not None:
                finished = found["tasks"][moment["task"]]["finished_at"]
                since_done.append(moment["playable"] - finished)
                since_known.append(moment["playable"] - moment["known"])
        for words, times in (("task finished", since_done), ("look that said so", since_known)):
            rows.append(
                [f"{name}, from the {words}", len(times), median(times), min(times), max(times)]
            )
    say("From done to playable (a look every 0.5 s)", rows)
