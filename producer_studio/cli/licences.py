"""Command `producer-studio licences`."""

import asyncio
from dataclasses import asdict

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import Output
from producer_studio.domain.bundled_component import BundledComponent
from producer_studio.studio.bundled_components import SOURCE_INSTALL_MESSAGE, BundledComponents


@click.command()
@click.argument("part", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def licences(part: str, as_json: bool) -> None:
    """The licences of all bundled components, or the texts for one PART."""
    shared = click.get_current_context().find_root().params
    output = Output(as_json=as_json or bool(shared.get("as_json")))
    asyncio.run(_print_licences(output, part))


async def _print_licences(output: Output, name: str) -> None:
    bundled = BundledComponents()
    own = await bundled.program()
    parts = [own, *await bundled.components()]
    if bundled.folder is None:
        output.write_hint(SOURCE_INSTALL_MESSAGE)
    if name:
        named = [one for one in parts if one.name.lower() == name.lower()]
        if not named:
            raise CommandError(
                ExitCode.USAGE,
                f"There is no component “{name}”. “producer-studio licences” lists all of them.",
            )
        texts = dict.fromkeys(text for one in named for text in one.texts)
        for text in texts:
            content = await bundled.read_licence(text)
            output.write_result(
                {"text": text, "content": content}, [text, "", *content.splitlines()]
            )
        return
    for one in parts:
        output.write_result(asdict(one), _line(one))


def _line(part: BundledComponent) -> str:
    within = f" (with {part.within})" if part.within else ""
    return f"{part.title}{within}: {part.licence}"
