"""Rules for uploads: the pipeline's series become profiles, all or none, with a report."""

from dataclasses import dataclass
from typing import IO

import numpy as np

from hygge_core.auth import Principal
from hygge_profiles.fields import printable
from hygge_profiles.profiles import service as profiles
from hygge_profiles.profiles.schemas import Statistics
from hygge_profiles.profiles.service import NewProfile
from hygge_profiles.units import POWER_TYPES
from hygge_profiles.uploads import pipeline
from hygge_profiles.uploads.pipeline import Outcome, Ready
from hygge_profiles.uploads.schemas import Mapping, Note, Preview, Report, UploadOut
from hygge_profiles.uploads.source import Limits

PREVIEW_VALUES = 10
PREVIEW_SERIES = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file; closing it is its owner's business."""

    file: IO[bytes]
    filename: str
    mapping: Mapping


def upload(principal: Principal, given: Upload, limits: Limits, *, dry_run: bool) -> UploadOut:
    """Read, check and store all series of a file; a dry run stores nothing and answers a preview."""
    outcome = pipeline.run(given.file, given.filename, given.mapping, limits)
    if dry_run:
        preview = [_preview(one) for one in outcome.series[:PREVIEW_SERIES]]
        return UploadOut(profiles=[], report=_report(outcome), preview=preview)
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
    return UploadOut(profiles=profiles.store(principal, new), report=_report(outcome))


def _report(outcome: Outcome) -> Report:
    ledger = outcome.ledger
    ordered = sorted(ledger.notes, key=lambda remark: remark.line)
    return Report(
        rows_read=ledger.rows_read,
        rows_refused=ledger.rows_refused,
        gaps_filled=ledger.gaps_filled,
        duplicates=ledger.duplicates,
        clipped=ledger.clipped,
        findings=[Note(line=remark.line or None, column=remark.column, message=remark.message) for remark in ordered],
        findings_omitted=ledger.notes_omitted,
        detected=outcome.detected,
    )


def _preview(series: Ready) -> Preview:
    values = series.values.astype(np.float64)
    total = float(values.sum())
    energy = total * series.step_minutes / 60 if series.spec.profile_type in POWER_TYPES else None
    return Preview(
        name=series.spec.name,
        column=series.spec.column,
        profile_type=series.spec.profile_type,
        unit=series.spec.rule.unit,
        start=series.start,
        end=series.end,
        step_minutes=series.step_minutes,
        statistics=Statistics(
            mean=float(values.mean()), max=float(values.max()), min=float(values.min()), sum=total, energy_kwh=energy
        ),
        first_values=[float(f"{value:.7g}") for value in values[:PREVIEW_VALUES]],
    )
