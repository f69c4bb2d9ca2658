"""Parameters of commands that are paths of files and folders."""

import os

import click

from producer_studio.files.unresponsive_disks import call_in_time
from producer_studio.translation import mark, tr

DISK_UNRESPONSIVE = mark("The disk of “{path}” does not respond.")


class PathParameter(click.Path):
    """Path that is looked up for a limited time.

    A disk that does not respond would block the command in a call that Ctrl+C cannot interrupt.
    """

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Checks a path as `click.Path` does."""
        check = super().convert
        try:
            return call_in_time(lambda: check(value, param, ctx))
        except TimeoutError:
            self.fail(tr(DISK_UNRESPONSIVE, path=os.fspath(value)), param, ctx)
