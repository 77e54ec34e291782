"""What a printed bill says, as texts in a language: the same for the page and the PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from hygge_results.bills.schemas import BillDocument, BillLine, BillPeriod
from hygge_results.bills.wording import WORDS, Language, number, span

# What is less rounds to nothing on paper.
VISIBLE_KWH, VISIBLE_MONEY = 0.05, 0.005


@dataclass(frozen=True, slots=True)
class Sheet:
    """One period on paper. `facts`: name and value; `rows`: item, energy, price, amount; `totals`: name and amount."""

    title: str
    facts: list[tuple[str, str]]
    head: tuple[str, str, str, str]
    rows: list[tuple[str, str, str, str]]
    totals: list[tuple[str, str]]
    note: str


def sheets(document: BillDocument, language: Language) -> list[Sheet]:
    """A sheet for each period."""
    return [_sheet(document, period, language) for period in document.periods]


def _sheet(document: BillDocument, period: BillPeriod, language: Language) -> Sheet:
    words = WORDS[language]
    currency = document.currency
    return Sheet(
        title=words["title"],
        facts=list(_facts(document, period, language)),
        head=(
            words["item"], words["energy"], words["price"].format(currency=currency),
            words["amount"].format(currency=currency),
        ),
        rows=[_row(line, language) for line in period.lines if _shown(line)],
        totals=_totals(period, language),
        note=words["note"],
    )  # fmt: skip


def _facts(document: BillDocument, period: BillPeriod, language: Language) -> Iterator[tuple[str, str]]:
    words, zone = WORDS[language], ZoneInfo(document.timezone)
    first = period.start.astimezone(zone).date()
    last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
    yield words["house"], f"{document.name} ({document.house_id})"
    if document.owner:
        yield words["owner"], document.owner
    yield words["run"], f"{document.run_name or ''} ({document.run_id})".strip()
    yield words["period"], span(first, last, language)
    energies = {
        "load": period.load_kwh, "driven": period.driven_kwh, "generation": period.generation_kwh,
        "shared": period.shared_kwh,
    }  # fmt: skip
    for name, energy in energies.items():
        if name == "load" or energy >= VISIBLE_KWH:
            yield words[name], f"{number(energy, 1, language)} kWh"


def _shown(line: BillLine) -> bool:
    return line.name == "import" or abs(line.amount_eur) >= VISIBLE_MONEY or (line.energy_kwh or 0) >= VISIBLE_KWH


def _row(line: BillLine, language: Language) -> tuple[str, str, str, str]:
    energy = "" if line.energy_kwh is None else number(line.energy_kwh, 1, language)
    price = "" if line.price_eur_per_kwh is None else number(line.price_eur_per_kwh, 4, language)
    return WORDS[language][line.name], energy, price, number(line.amount_eur, 2, language)


def _totals(period: BillPeriod, language: Language) -> list[tuple[str, str]]:
    words = WORDS[language]
    receives, loses = period.bill_eur <= -VISIBLE_MONEY, period.saving_eur <= -VISIBLE_MONEY
    return [
        (words["to_get" if receives else "to_pay"], number(abs(period.bill_eur), 2, language)),
        (words["reference"], number(period.reference_bill_eur, 2, language)),
        (words["extra" if loses else "saving"], number(abs(period.saving_eur), 2, language)),
    ]
