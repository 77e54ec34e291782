"""Rules for uploads: the pipeline's series become profiles, all or none, with a report."""

from dataclasses import dataclass
from typing import IO, Any

from hygge_core.auth import Principal
from hygge_core.errors import InvalidInput
from hygge_profiles.fields import printable
from hygge_profiles.profiles import service as profiles
from hygge_profiles.profiles.service import NewProfile
from hygge_profiles.uploads import pipeline, reports
from hygge_profiles.uploads.schemas import Mapping, UploadOut
from hygge_profiles.uploads.source import Limits

PREVIEW_SERIES = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file; closing it is its owner's business."""

    file: IO[bytes]
    filename: str
    mapping: Mapping


class RefusedUpload(InvalidInput):
    """The problem document of a file that is not taken: every finding, and what is known of the file."""

    def __init__(self, refused: pipeline.Refused) -> None:
        super().__init__(refused.findings, refused.detail)
        outcome = refused.outcome
        self._report = reports.report(outcome)
        self._preview = [reports.preview(one) for one in outcome.series[:PREVIEW_SERIES]]

    def members(self) -> dict[str, Any]:
        return {
            **super().members(),
            "report": self._report.model_dump(mode="json"),
            "preview": [one.model_dump(mode="json") for one in self._preview],
        }


def upload(principal: Principal, given: Upload, limits: Limits, *, dry_run: bool) -> UploadOut:
    """Read, check and store all series of a file; a dry run stores nothing and answers a preview."""
    try:
        outcome = pipeline.run(given.file, given.filename, given.mapping, limits)
    except pipeline.Refused as refused:
        # Without the cause: it would keep the file's values alive.
        raise RefusedUpload(refused) from None
    if dry_run:
        shown = [reports.preview(one) for one in outcome.series[:PREVIEW_SERIES]]
        return UploadOut(profiles=[], report=reports.report(outcome), preview=shown)
    details = {
        "file": printable(given.filename),
        "mapping": given.mapping.model_dump(exclude_defaults=True, mode="json"),
    }
    new = [
        NewProfile(
            name=one.spec.name,
            profile_type=one.spec.profile_type,
            source_type=given.mapping.source_type,
            unit=one.spec.rule.unit,
            start=one.start,
            step_minutes=one.step_minutes,
            values=one.values,
            config_details={**details, "column": printable(one.spec.column), "unit": one.spec.given_unit},
        )
        for one in outcome.series
    ]
    return UploadOut(profiles=profiles.store(principal, new), report=reports.report(outcome))
