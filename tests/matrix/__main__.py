"""`python3 -m tests.matrix`: every profile with every operation, as a table."""

import sys
import tempfile
import traceback
from pathlib import Path

from tests.matrix.cell_runner import CREDITS, Bench
from tests.matrix.cells import CELLS, DIALECTS
from tests.matrix.reference import write_reference
from tests.matrix.table import table
from tests.support.file_server import served
from tests.support.program import Program
from tests.support.sandbox_process import running_sandbox


def main() -> int:
    passed: dict[str, bool] = {}
    with (
        tempfile.TemporaryDirectory(prefix="producer-studio-matrix-") as folder,
        running_sandbox("--credits", CREDITS, longest=None) as sandbox,
    ):
        root = Path(folder)
        program = Program(root / "home", tuple(dialect.profile for dialect in DIALECTS))
        web = root / "web"
        web.mkdir()
        name = write_reference(web).name
        with served(web) as address:
            benches = {
                dialect.profile: Bench(program, sandbox, dialect, f"{address}/{name}")
                for dialect in DIALECTS
            }
            for cell in CELLS:
                target = root / cell.name
                target.mkdir()
                try:
                    benches[cell.profile].try_out(cell, target)
                except AssertionError:
                    passed[cell.name] = False
                    print(f"{cell.name} failed", file=sys.stderr)
                    traceback.print_exc(limit=-3)
                else:
                    passed[cell.name] = True
    print("\n".join(table(passed)))
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
