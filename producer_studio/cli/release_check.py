"""Command `producer-studio library check`."""

from typing import Any

import click

from producer_studio.cli.columns import format_table, indent_lines
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.clip import Clip
from producer_studio.domain.local_edit import Fade, Level, LocalEdit, Trim
from producer_studio.domain.release_report import ReleaseFinding, ReleaseReport, Verdict
from producer_studio.translation import mark, tr_message


@click.command()
@click.argument("clip_ids", metavar="CLIP...", nargs=-1, required=True)
@session_command
async def check(session: Session, clip_ids: tuple[str, ...]) -> None:
    """Check whether clips can be released; free, nothing is changed.

    Silence at both ends, true peak, clipping, the end, mono, artist and cover; the exit code is 1
    unless every clip passes. Clips of earlier versions are measured first.
    """
    found = [await session.find_clip(text) for text in dict.fromkeys(clip_ids)]
    ready = 0
    async for report in session.studio.release_checks.check([clip.id for clip in found]):
        session.output.write_result(_json(report), _lines(report))
        ready += report.is_ready
    if ready < len(found):
        raise CommandError(
            ExitCode.FAILURE,
            mark("It is not ready for release.")
            if len(found) == 1
            else mark(
                "{number} of {total} clips are not ready for release.",
                number=len(found) - ready,
                total=len(found),
            ),
        )


_VERDICT_LABELS = {
    Verdict.PASSED: mark("passed"),
    Verdict.PROBLEM: mark("problem"),
    Verdict.UNKNOWN: mark("unknown"),
    Verdict.INFORMATION: mark("information"),
}


def _lines(report: ReleaseReport) -> list[str]:
    clip = report.clip
    rows = [
        [
            _VERDICT_LABELS[one.verdict],
            one.check.label,
            one.text,
            f"({tr_message(one.check.rule)})" if one.check.rule else "",
        ]
        for one in report.findings
    ]
    lines = [f"{clip.id[:8]}  {tr_message(clip.display_title)}: {tr_message(report.summary)}"]
    for finding, line in zip(report.findings, format_table(rows), strict=True):
        lines.append(f"  {line}")
        lines += indent_lines(_advice(finding, clip))
    return lines


def _advice(finding: ReleaseFinding, clip: Clip) -> str:
    if finding.edit is None:
        return tr_message(finding.advice)
    options = _edit_options(finding.edit, clip)
    return f"{tr_message(finding.advice)}\nproducer-studio library edit {clip.id[:8]} {options}"


def _edit_options(edit: LocalEdit, clip: Clip) -> str:
    match edit:
        case Trim(start_s, end_s):
            return f"--trim {start_s:g} {clip.duration_s if end_s is None else end_s:g}"
        case Fade(_, out_s):
            return f"--fade-out {out_s:g}"
        case Level(gain_db):
            return f"--level {gain_db:g}"
        case _:
            return ""


def _json(report: ReleaseReport) -> dict[str, Any]:
    return {
        "clip": report.clip.id,
        "title": report.clip.display_title,
        "ready": report.is_ready,
        "checks": [
            {
                "check": str(one.check),
                "verdict": str(one.verdict),
                "value": one.value,
                "limit": one.limit,
                "text": one.text,
                "advice": one.advice,
            }
            for one in report.findings
        ],
    }
