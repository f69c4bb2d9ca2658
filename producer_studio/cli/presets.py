"""Command `producer-studio presets`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.input_files import raise_if_exists
from producer_studio.cli.output import value_lines
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import FormPreset, shared_form
from producer_studio.domain.timestamps import to_local_time
from producer_studio.files.path_checks import is_folder
from producer_studio.studio.clips import change_message
from producer_studio.studio.form_presets import preset_file_name
from producer_studio.translation import mark, tr_message


@click.command()
@click.option("--show", metavar="PRESET", help=mark("Show everything that is in a preset."))
@click.option(
    "--export", metavar="PRESET", help=mark("Write a preset to the file or folder of --to.")
)
@click.option(
    "--to", "target", type=PathParameter(path_type=Path), help=mark("File or folder to write.")
)
@click.option(
    "--import",
    "source",
    type=PathParameter(exists=True, dir_okay=False, path_type=Path),
    help=mark("Add the preset of a file."),
)
@session_command
async def presets(
    session: Session,
    show: str | None,
    export: str | None,
    target: Path | None,
    source: Path | None,
) -> None:
    """List the presets of the compose form.

    PRESET is a name, or the beginning of an id. “generate --from-preset PRESET” sends one.
    """
    if sum(one is not None for one in (show, export, source)) > 1:
        raise CommandError(ExitCode.USAGE, mark("Choose one of --show, --export and --import."))
    if (export is None) != (target is None):
        raise CommandError(ExitCode.USAGE, mark("Use --export PRESET and --to FILE together."))
    if show is not None:
        preset = await session.find_preset(show)
        data = preset_json(preset)
        session.output.write_result(data, [preset_line(preset), *value_lines(data["form"])])
    elif export is not None and target is not None:
        preset = await session.find_preset(export)
        path = await asyncio.to_thread(_export_path, preset, target)
        session.output.write_hint(await session.studio.presets.save_file(preset, path))
        session.output.write_result({"id": preset.id, "path": str(path)}, str(path))
    elif source is not None:
        step = await session.studio.presets.add_file(source)
        if step is not None:
            session.output.write_hint(change_message(step))
        added = (await session.studio.presets.list_all())[-1]
        session.output.write_result(preset_json(added), preset_line(added))
    else:
        found = await session.studio.presets.list_all()
        for preset in found:
            session.output.write_result(preset_json(preset), preset_line(preset))
        if not found:
            session.output.write_hint(mark("No presets."))


def _export_path(preset: FormPreset, target: Path) -> Path:
    path = target / preset_file_name(preset) if is_folder(target) else target
    raise_if_exists(path)
    return path


def preset_json(preset: FormPreset) -> dict[str, Any]:
    return {
        "id": preset.id,
        "name": preset.name,
        "key": preset.shortcut or None,
        "created_at": preset.created_at.isoformat(),
        "form": shared_form(Form.from_json(dict(preset.form))).to_json(),
    }


def preset_line(preset: FormPreset) -> str:
    form = Form.from_json(dict(preset.form))
    parts = (
        preset.id[:8],
        f"{to_local_time(preset.created_at):%Y-%m-%d %H:%M}",
        f"{form.operation:<11}",
        preset.name,
        f"[{form.model}]",
        tr_message(form.takes_text),
        preset.shortcut,
    )
    return "  ".join(part for part in parts if part)
