"""Words, numbers and dates of a printed bill in the languages that it comes in."""

from datetime import date
from typing import Literal

Language = Literal["en", "de"]

_MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Electricity bill",
        "house": "House",
        "owner": "Household",
        "run": "Calculation",
        "period": "Period",
        "load": "Consumption",
        "driven": "Driven by electric cars",
        "generation": "Generation",
        "shared": "Traded with neighbours",
        "item": "Item",
        "energy": "Energy in kWh",
        "price": "Mean price in {currency} per kWh",
        "amount": "Amount in {currency}",
        "import": "Bought from the supplier",
        "purchase": "Bought from neighbours",
        "purchase_inside": "Bought from neighbours at the same transformer",
        "purchase_between": "Bought from neighbours at other transformers",
        "fees": "Fees and taxes",
        "fuel": "Fuel of the generator",
        "export": "Sold to the supplier",
        "sale": "Sold to neighbours",
        "sale_inside": "Sold to neighbours at the same transformer",
        "sale_between": "Sold to neighbours at other transformers",
        "incentive": "Incentive",
        "to_pay": "Total to pay",
        "to_get": "Total to receive",
        "reference": "The same house without the community",
        "saving": "Saved by the community",
        "extra": "Paid more because of the community",
        "note": "Result of a simulation, no invoice. Amounts are rounded; totals are sums of exact amounts."
        " A minus sign means that the house gets money.",
        "page": "Page {page} of {pages}",
    },
    "de": {
        "title": "Stromabrechnung",
        "house": "Haus",
        "owner": "Haushalt",
        "run": "Berechnung",
        "period": "Zeitraum",
        "load": "Verbrauch",
        "driven": "Mit Elektroautos verfahren",
        "generation": "Erzeugung",
        "shared": "Mit Nachbarn gehandelt",
        "item": "Posten",
        "energy": "Energie in kWh",
        "price": "Mittlerer Preis in {currency} je kWh",
        "amount": "Betrag in {currency}",
        "import": "Bezug vom Versorger",
        "purchase": "Bezug von Nachbarn",
        "purchase_inside": "Bezug von Nachbarn am selben Transformator",
        "purchase_between": "Bezug von Nachbarn an anderen Transformatoren",
        "fees": "Gebühren und Steuern",
        "fuel": "Brennstoff des Generators",
        "export": "Einspeisung an den Versorger",
        "sale": "Verkauf an Nachbarn",
        "sale_inside": "Verkauf an Nachbarn am selben Transformator",
        "sale_between": "Verkauf an Nachbarn an anderen Transformatoren",
        "incentive": "Förderung",
        "to_pay": "Zu zahlen",
        "to_get": "Guthaben",
        "reference": "Dasselbe Haus ohne die Gemeinschaft",
        "saving": "Durch die Gemeinschaft gespart",
        "extra": "Durch die Gemeinschaft mehr bezahlt",
        "note": "Ergebnis einer Simulation, keine Rechnung. Beträge sind gerundet; Summen sind aus genauen Beträgen"
        " gebildet. Ein Minus bedeutet, dass das Haus Geld bekommt.",
        "page": "Seite {page} von {pages}",
    },
}


def number(value: float, decimals: int, language: Language) -> str:
    """1,234.5 or 1.234,5, with a real minus sign, and none before a zero."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def day(value: date, language: Language) -> str:
    """1 March 2016 or 1. März 2016."""
    dot = "." if language == "de" else ""
    return f"{value.day}{dot} {_MONTHS[language].split()[value.month - 1]} {value.year}"


def span(first: date, last: date, language: Language) -> str:
    """A whole month by its name, other periods by their first and last day."""
    if (first.year, first.month) == (last.year, last.month) and first.day == 1 and _is_last_of_month(last):
        return f"{_MONTHS[language].split()[first.month - 1]} {first.year}"
    return day(first, language) if first == last else f"{day(first, language)} – {day(last, language)}"


def _is_last_of_month(value: date) -> bool:
    return date.fromordinal(value.toordinal() + 1).day == 1
