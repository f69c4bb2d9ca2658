"""What the proof found: a line as soon as a case has ended, a table and a file at the end."""

import json
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from proof.room import ProofProblem


@dataclass
class Case:
    """One thing to be shown in one root.

    Attributes:
        figures: What was measured or counted, in words for the table.
        details: Whatever else the file is to say.
        flaws: Why it is not shown; none means that it is.
    """

    root: str
    name: str
    seconds: float = 0.0
    figures: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    flaws: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.flaws

    def need(self, holds: object, sentence: str) -> None:
        """Notes a flaw and lets the case go on; the others are of interest as well."""
        if not holds:
            self.flaws.append(sentence)

    def say(self, figure: str) -> None:
        self.figures.append(figure)


class Report:
    """All cases, in the order in which they were tried."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    @property
    def holds(self) -> bool:
        return bool(self.cases) and all(case.holds for case in self.cases)

    @contextmanager
    def case(self, root: str, name: str) -> Iterator[Case]:
        """Times a case; whatever goes wrong in it is its flaw, and the next one is tried."""
        case = Case(root, name)
        begun = time.monotonic()
        try:
            yield case
        except (ProofProblem, OSError, subprocess.SubprocessError) as problem:
            case.flaws.append(str(problem))
        except (ValueError, LookupError):
            # The program answered in another shape than it promises.
            case.flaws.append(traceback.format_exc())
        except BaseException:
            case.flaws.append("It was not tried to its end.")
            raise
        finally:
            case.seconds = time.monotonic() - begun
            self.cases.append(case)
            sys.stdout.write(line(case) + "\n")
            sys.stdout.flush()

    def write(self, path: Path, **facts: object) -> None:
        """Leaves everything for programs that read it."""
        told = {
            "holds": self.holds,
            "machine": platform.platform(),
            **facts,
            "cases": [{**asdict(case), "holds": case.holds} for case in self.cases],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def line(case: Case) -> str:
    """A row of the table, followed by its flaws."""
    result = "holds" if case.holds else "FAILS"
    words = "; ".join(case.figures)
    text = f"{case.root:<9} {case.name:<22} {result}  {case.seconds:6.1f} s  {words}".rstrip()
    for flaw in case.flaws:
        text += "\n" + "\n".join(f"          │ {part}" for part in flaw.strip().splitlines())
    return text


def table(cases: list[Case]) -> str:
    """Cases down, roots across."""
    roots = list(dict.fromkeys(case.root for case in cases))
    names = list(dict.fromkeys(case.name for case in cases))
    found = {(case.root, case.name): case for case in cases}
    rows = [["", *roots]]
    for name in names:
        cells = [found.get((root, name)) for root in roots]
        rows.append([name, *(_cell(case) for case in cells)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _cell(case: Case | None) -> str:
    if case is None:
        return "–"
    return f"{'holds' if case.holds else 'FAILS'} {case.seconds:.0f} s"
