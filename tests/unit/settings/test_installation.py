"""The name of an installation: one for all runs, and what it takes for its own."""

from pathlib import Path

from producer_studio.settings.installation import InstallationFile


def test_the_name_stays(tmp_path: Path) -> None:
    path = tmp_path / "state" / "installation.json"
    first = InstallationFile(path).load_id([])
    assert len(first) == 32
    assert InstallationFile(path).load_id(["/later"]) == first
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_of_two_programs_at_a_time_one_name_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "installation.json"
    one, other = InstallationFile(path), InstallationFile(path)
    kept = one.load_id([])
    # The other one has looked before that was written.
    assert other._own_id != kept
    assert other.load_id([]) == kept


def test_what_is_damaged_is_chosen_anew(tmp_path: Path) -> None:
    path = tmp_path / "installation.json"
    path.write_text('{"id": 7}')
    chosen = InstallationFile(path).load_id([])
    assert InstallationFile(path).load_id([]) == chosen


def test_where_nothing_can_be_written_it_is_that_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    own = InstallationFile(tmp_path / "file" / "installation.json")
    assert own.load_id([]) == own.load_id([])


def test_a_library_of_an_earlier_version_is_marked_once(tmp_path: Path) -> None:
    own = InstallationFile(tmp_path / "installation.json")
    name = own.load_id([str(tmp_path / "old"), str(tmp_path / "other")])
    assert own.is_unmarked(tmp_path / "old")
    assert not own.is_unmarked(tmp_path / "new")
    own.record_marked(tmp_path / "old")
    assert not own.is_unmarked(tmp_path / "old")
    assert own.is_unmarked(tmp_path / "other")
    assert own.load_id([]) == name
