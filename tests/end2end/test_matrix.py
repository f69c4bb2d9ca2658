"""Every profile with every operation it offers: what the service saw, what the library holds.

`python3 -m tests.matrix` does the same and prints nothing but the table.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.matrix.cell_runner import CREDITS, Bench
from tests.matrix.cells import CELLS, DIALECTS, Cell, Dialect, cells_of
from tests.matrix.reference import write_reference
from tests.support.command_batch import Quick, batch
from tests.support.file_server import served
from tests.support.sandbox_process import SandboxProcess, running_sandbox

BenchOf = Callable[[str], Bench]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox("--credits", CREDITS) as process:
        yield process


@pytest.fixture(scope="module")
def bench_of(
    sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BenchOf]:
    """A bench for each profile, on one library; made when it is first asked for."""
    root = tmp_path_factory.mktemp("matrix")
    program = Quick(root / "home", tuple(dialect.profile for dialect in DIALECTS))
    web = root / "web"
    web.mkdir()
    name = write_reference(web).name
    benches: dict[str, Bench] = {}
    with served(web) as address, batch(program) as program.commands:

        def bench_of(profile: str) -> Bench:
            if profile not in benches:
                (dialect,) = (one for one in DIALECTS if one.profile == profile)
                benches[profile] = Bench(program, sandbox, dialect, f"{address}/{name}")
            return benches[profile]

        yield bench_of


@pytest.mark.parametrize("cell", CELLS, ids=[cell.name for cell in CELLS])
def test_a_cell_of_the_matrix(
    bench_of: BenchOf,
    cell: Cell,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("cell", cell.name)
    bench_of(cell.profile).try_out(cell, tmp_path)


@pytest.mark.parametrize("dialect", DIALECTS, ids=[one.profile for one in DIALECTS])
def test_no_operation_that_is_offered_is_without_a_cell(
    bench_of: BenchOf, dialect: Dialect
) -> None:
    bench = bench_of(dialect.profile)
    ended = bench.program.run("accounts", "show", bench.account)
    assert ended.code == 0, ended.stderr
    offered = {one["op"] for one in ended.last()["operations"] if one["available"]}
    assert offered == {cell.operation for cell in cells_of(dialect.profile)}
