"""What is answered about a file: what was found in it and what its series look like."""

from datetime import UTC, datetime

import numpy as np

from hygge_profiles.statistics import statistics, yearly_kwh
from hygge_profiles.uploads.ledger import Gap
from hygge_profiles.uploads.pipeline import Outcome, Ready
from hygge_profiles.uploads.schemas import GapOut, Note, Preview, Report

PREVIEW_VALUES = 10
# A mean year of the Gregorian calendar.
MINUTES_A_YEAR = 365.2425 * 1440


def report(outcome: Outcome) -> Report:
    """Everything that the ledger has, in the order of the lines."""
    ledger = outcome.ledger
    ordered = sorted(ledger.notes, key=lambda remark: remark.line)
    return Report(
        rows_read=ledger.rows_read,
        rows_refused=ledger.rows_refused,
        gaps_filled=ledger.gaps_filled,
        duplicates=ledger.duplicates,
        clipped=ledger.clipped,
        gaps=[_gap(gap) for gap in ledger.gaps],
        gaps_omitted=ledger.gaps_omitted,
        findings=[Note(line=remark.line or None, column=remark.column, message=remark.message) for remark in ordered],
        findings_omitted=ledger.notes_omitted,
        detected=outcome.detected,
    )


def _gap(gap: Gap) -> GapOut:
    return GapOut.model_validate(
        {
            "column": gap.column,
            "start": datetime.fromtimestamp(gap.first, UTC),
            "end": datetime.fromtimestamp(gap.last, UTC),
            "steps": gap.steps,
            "filled": gap.filled,
        }
    )


def preview(series: Ready) -> Preview:
    """A series in figures, over the values that are there."""
    kind, values = series.spec.profile_type, series.values
    there = values[~np.isnan(values)]
    years = len(there) * series.step_minutes / MINUTES_A_YEAR
    return Preview(
        name=series.spec.name,
        column=series.spec.column,
        profile_type=kind,
        unit=series.spec.rule.unit,
        start=series.start,
        end=series.end,
        step_minutes=series.step_minutes,
        count=len(there),
        missing=series.missing,
        statistics=statistics(kind, there, series.step_minutes),
        yearly_kwh=yearly_kwh(kind, there, series.step_minutes, years),
        first_values=[None if np.isnan(value) else float(f"{value:.7g}") for value in values[:PREVIEW_VALUES]],
    )
