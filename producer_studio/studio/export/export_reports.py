"""Reports of an export: release check and provenance sheet."""

from producer_studio.domain.clip import Clip
from producer_studio.domain.export_profile import ExportExtra
from producer_studio.domain.provenance import ProvenanceSheet
from producer_studio.library.library import Library
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.provenance import Provenance
from producer_studio.studio.release_checks import ReleaseChecks
from producer_studio.translation import join_texts, mark


class ExportReports:
    """Creates the reports that are part of an export."""

    def __init__(self, checks: ReleaseChecks, library: Library, accounts: Accounts) -> None:
        self._checks = checks
        self._provenance = Provenance(library, accounts)

    async def check_release(self, clip: Clip, spec: ExportSpec) -> tuple[str, ...]:
        """Returns what the release check says, as a sentence, if it is a part of the export."""
        if ExportExtra.RELEASE_CHECK not in spec.extras:
            return ()
        report = await self._checks.report(clip, artist=clip.artist or spec.tag_settings.artist)
        if report.is_ready:
            return (mark("Release check: {summary}.", summary=report.summary),)
        problems = join_texts(
            (join_texts((one.check.name_in_text, one.text), " ") for one in report.open_findings),
            "; ",
        )
        return (
            mark(
                "Release check: {summary}: {problems}.", summary=report.summary, problems=problems
            ),
        )

    async def describe(self, clip: Clip, spec: ExportSpec) -> ProvenanceSheet | None:
        """Returns the provenance sheet, if it is a part of the export."""
        if ExportExtra.PROVENANCE not in spec.extras:
            return None
        return await self._provenance.describe(clip, clip.artist or spec.tag_settings.artist)
