from pathlib import Path

import pytest

from producer_studio.sandbox.injected_faults import (
    FaultDefinitionError,
    FaultPlan,
    InjectedFault,
    load_faults,
    parse_faults,
)

CREATE = frozenset({"submit", "create"})
POLL = frozenset({"poll"})


def kinds(plan: FaultPlan, places: frozenset[str], count: int) -> list[list[str]]:
    return [[fault.kind for fault in plan.select_due(places)] for _ in range(count)]


def test_after_and_times_choose_the_requests() -> None:
    plan = FaultPlan([InjectedFault(where="poll", kind="status", after=1, times=2)])
    assert kinds(plan, POLL, 5) == [[], ["status"], ["status"], [], []]


@pytest.mark.parametrize(
    ("where", "struck"), [("create", 1), ("submit", 1), ("any", 1), ("poll", 0)]
)
def test_where(where: str, struck: int) -> None:
    (fault,) = parse_faults([{"where": where, "kind": "html"}])
    assert len(FaultPlan([fault]).select_due(CREATE)) == struck


def test_waits_add_up_and_one_other_strikes() -> None:
    plan = FaultPlan(
        [
            InjectedFault(where="any", kind="latency"),
            InjectedFault(where="any", kind="html", times=1),
            InjectedFault(where="any", kind="garbage"),
            InjectedFault(where="any", kind="latency"),
        ]
    )
    assert kinds(plan, POLL, 2) == [
        ["latency", "html", "latency"],
        ["latency", "garbage", "latency"],
    ]


def test_chance_is_a_seeded_row() -> None:
    rule = InjectedFault(where="poll", kind="html", probability=0.5, seed=3)
    first, again = (kinds(FaultPlan([rule]), POLL, 60) for _ in range(2))
    assert first == again
    assert 15 < first.count(["html"]) < 45
    other = FaultPlan([InjectedFault(where="poll", kind="html", probability=0.5, seed=4)])
    assert kinds(other, POLL, 60) != first


def test_faults_of_the_task_are_asked_for_apart() -> None:
    plan = FaultPlan([InjectedFault(where="create", kind="fail", times=1)])
    assert plan.select_due(CREATE) == []
    assert [fault.kind for fault in plan.select_due(CREATE, "task")] == ["fail"]
    assert plan.select_due(CREATE, "task") == []


def test_a_file_of_faults(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(
        '[[fault]]\nwhere = "poll"\nkind = "status"\nstatus = 429\nretry_after = 2\n'
        '[[fault]]\nwhere = "media"\nkind = "cut_midway"\nbytes = 100\ntimes = 1\n'
    )
    assert load_faults(path) == [
        InjectedFault(where="poll", kind="status", status=429, retry_after=2),
        InjectedFault(where="media", kind="cut_midway", bytes=100, times=1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        '[[fault]]\nwhere = "moon"\nkind = "html"',
        '[[fault]]\nwhere = "poll"\nkind = "gremlin"',
        '[[fault]]\nwhere = "poll"\nkind = "html"\nhow_often = 3',
        '[[fault]]\nkind = "html"',
    ],
)
def test_mistakes_in_a_file_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(text)
    with pytest.raises(FaultDefinitionError):
        load_faults(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FaultDefinitionError, match="absent"):
        load_faults(tmp_path / "absent.toml")
