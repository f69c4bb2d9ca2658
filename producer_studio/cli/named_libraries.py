"""Commands `producer-studio library known` and `library name`."""

import os
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.library_option import library_option
from producer_studio.cli.output import Output
from producer_studio.studio.named_libraries import NamedLibraries, NamedLibrary
from producer_studio.translation import join_texts, mark

_json_option = click.option(
    "--json", "as_json", is_flag=True, help=mark("Print one JSON object per line.")
)


@click.command(name="known")
@_json_option
def list_libraries(as_json: bool) -> None:
    """List the libraries that were opened before; the first is opened by default."""
    found = NamedLibraries(os.environ).list_all()
    for one, line in zip(found, format_table([_row(one) for one in found]), strict=True):
        _create_output(as_json).write_result(_library_json(one), line)


@click.command(name="name")
@click.argument("name")
@library_option
@_json_option
def name_library(name: str, library: Path | None, as_json: bool) -> None:
    """Call the library NAME, so that “--library NAME” opens it; an empty name removes it."""
    shared: dict[str, Any] = click.get_current_context().find_root().params
    libraries = NamedLibraries(os.environ)
    folder = library or shared.get("library") or libraries.default_folder
    libraries.set_name(folder, name)
    line = (
        mark("“--library {name}” opens {folder}.", name=name, folder=folder)
        if name
        else mark("{folder} has no name any more.", folder=folder)
    )
    _create_output(as_json).write_result({"name": name, "library": str(folder)}, line)


def _row(one: NamedLibrary) -> list[str]:
    notes = [
        note
        for note, is_so in ((mark("default"), one.is_default), (mark("missing"), not one.exists))
        if is_so
    ]
    return [one.name or "-", str(one.folder), join_texts(notes)]


def _library_json(one: NamedLibrary) -> dict[str, Any]:
    return {
        "name": one.name,
        "library": str(one.folder),
        "default": one.is_default,
        "exists": one.exists,
    }


def _create_output(as_json: bool) -> Output:
    shared: dict[str, Any] = click.get_current_context().find_root().params
    return Output(as_json=as_json or bool(shared.get("as_json")))
