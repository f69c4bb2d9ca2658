from pathlib import Path

from producer_studio.settings.paths import default_paths, find_resources_folder


def test_home_moves_everything(tmp_path: Path) -> None:
    paths = default_paths({"PRODUCER_STUDIO_HOME": str(tmp_path)})

    assert paths.config == tmp_path / "config"
    assert paths.state == tmp_path / "state"
    assert paths.cache == tmp_path / "cache"
    assert paths.library == tmp_path / "library"
    assert paths.library_is_given
    assert list(tmp_path.iterdir()) == []


def test_the_library_can_be_moved_alone(tmp_path: Path) -> None:
    paths = default_paths(
        {"PRODUCER_STUDIO_HOME": str(tmp_path), "PRODUCER_STUDIO_LIBRARY": "songs/mine"}
    )

    assert paths.library == Path.cwd() / "songs" / "mine"
    assert paths.config == tmp_path / "config"


def test_without_a_word_the_platform_decides() -> None:
    paths = default_paths({})

    assert paths.library.name == "Producer Studio"
    assert paths.config.is_absolute()
    assert not paths.library_is_given


def test_the_resources_are_those_of_the_checkout() -> None:
    assert (find_resources_folder() / "icons").is_dir()


def test_a_home_of_nobody_is_a_folder_of_that_name() -> None:
    given = {"PRODUCER_STUDIO_HOME": "~nosuchuser/x"}
    assert default_paths(given).state == Path.cwd() / "~nosuchuser" / "x" / "state"
    given = {"PRODUCER_STUDIO_LIBRARY": "~nosuchuser/x"}
    assert default_paths(given).library == Path.cwd() / "~nosuchuser" / "x"
