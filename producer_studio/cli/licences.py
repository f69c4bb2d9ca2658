"""`producer-studio licences`."""

import asyncio
from dataclasses import asdict

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.output import Output
from producer_studio.domain.bundled_component import BundledPart
from producer_studio.studio.bundled_components import FROM_SOURCE, Bundled


@click.command()
@click.argument("part", default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
def licences(part: str, as_json: bool) -> None:
    """The licences of everything that this program brings along, or the texts for one PART."""
    shared = click.get_current_context().find_root().params
    output = Output(as_json=as_json or bool(shared.get("as_json")))
    asyncio.run(_tell(output, part))


async def _tell(output: Output, name: str) -> None:
    bundled = Bundled()
    own = await bundled.own()
    parts = [own, *await bundled.parts()]
    if bundled.folder is None:
        output.aside(FROM_SOURCE)
    if name:
        named = [one for one in parts if one.name.lower() == name.lower()]
        if not named:
            raise Stopped(
                Exit.USAGE,
                f"No part is called “{name}”. “producer-studio licences” lists all of them.",
            )
        texts = dict.fromkeys(text for one in named for text in one.texts)
        for text in texts:
            content = await bundled.text(text)
            output.item({"text": text, "content": content}, [text, "", *content.splitlines()])
        return
    for one in parts:
        output.item(asdict(one), _line(one))


def _line(part: BundledPart) -> str:
    within = f" (with {part.within})" if part.within else ""
    return f"{part.title}{within}: {part.licence}"
