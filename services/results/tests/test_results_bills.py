"""A house's bill line by line: against loops, in both languages, as a page and as a PDF."""

import io
import logging
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from hygge_results.bills import pdf as pdf_module
from hygge_results.bills.lines import Split, bill_lines
from hygge_results.bills.page import html
from hygge_results.bills.schemas import BillDocument, BillPeriod
from hygge_results.bills.wording import WORDS, day, number, span
from hygge_results.indicators.formulas import cost_eur, revenue_eur
from services.results.tests.results_support import AuctionRun
from tests.support.synthetic_runs import FEED_IN, IMPORT_FEES, LOCAL_FEES, RETAIL, SyntheticRun

API = "/api/v1/results"
HOSTILE = "<script>alert(1)</script> & \"x\" '{{ 7 * 7 }}' =1+1"


class OwnPrices(AuctionRun):
    """Trades at prices of their own: the stored pool prices do not explain what a house paid."""

    def sums(self):
        if not self._sums:
            super().sums()["purchase_cost_eur"][1 + self.transformers :] *= 1.01
        return self._sums


RUN = AuctionRun(
    run_id=1, houses=7, transformers=3, start=datetime(2016, 1, 29, 12, tzinfo=UTC),
    end=datetime(2016, 2, 2, 6, tzinfo=UTC), timezone="Europe/Berlin",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def run(store):
    return store(RUN)


def bill(client, path, **headers):
    answer = client.get(f"{API}/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def plain_lines(run, house, first, last):
    """Lines of house number `house` over steps, by loops."""
    found = dict.fromkeys(("import", "purchase_inside", "purchase_between", "export", "sale_inside", "sale_between"))
    found = {name: [0.0, 0.0] for name in found}
    fees = 0.0
    for t in range(first, last):
        flows = (("grid_kw", None), ("shared_local_kw", 1 + run.parent[house]), ("shared_grid_kw", 0))
        names = (("import", "export"), ("purchase_inside", "sale_inside"), ("purchase_between", "sale_between"))
        for (measure, pool), (bought, sold) in zip(flows, names, strict=True):
            energy = float(run.house_rows[measure][house, t]) * run.axis.step_hours
            if energy == 0:
                continue
            upstream = RETAIL if energy > 0 else FEED_IN
            price = upstream if pool is None else float(run.price[pool, t])
            line = found[bought if energy > 0 else sold]
            line[0] += abs(energy)
            line[1] += energy * price
            if energy > 0:
                fees += energy * (IMPORT_FEES if pool is None else LOCAL_FEES)
    return found, fees


@pytest.mark.parametrize("house", range(RUN.houses))
def test_lines_equal_the_plain_twin_and_add_up(client, house):
    days, offsets = RUN.axis.days()
    february = int(offsets[days.index(date(2016, 2, 1))])
    for period, first, last in (("run", 0, RUN.axis.steps), ("2016-01", 0, february), ("2016-02", february, None)):
        body = bill(client, f"1/bills/{100 + house}?period={period}").json()
        (found,) = body["periods"]
        lines = {line["name"]: line for line in found["lines"]}
        expected, fees = plain_lines(RUN, house, first, RUN.axis.steps if last is None else last)
        assert list(lines) == [
            "import", "purchase_inside", "purchase_between", "fees", "fuel", "export", "sale_inside", "sale_between",
            "incentive",
        ]  # fmt: skip
        for name, (energy, amount) in expected.items():
            assert lines[name]["energy_kwh"] == pytest.approx(energy, abs=1e-9), name
            assert lines[name]["amount_eur"] == pytest.approx(amount, rel=1e-5, abs=1e-7), name
            price = lines[name]["price_eur_per_kwh"]
            assert price == (pytest.approx(abs(amount) / energy, rel=1e-5) if energy else None)
        assert lines["fees"]["amount_eur"] == pytest.approx(fees)
        assert sum(line["amount_eur"] for line in found["lines"]) == pytest.approx(found["bill_eur"])
        assert found["saving_eur"] == pytest.approx(found["reference_bill_eur"] - found["bill_eur"])
        listed = bill(client, f"1/bills?house_id={100 + house}&period={period}").json()["items"][0]
        assert listed["bill_eur"] == found["bill_eur"]
        assert (listed["fuel_cost_eur"], listed["incentive_eur"], listed["driven_kwh"]) == (0, 0, 0)


def test_months_are_those_of_the_run(client):
    body = bill(client, "1/bills/101?period=months").json()
    assert [one["period"] for one in body["periods"]] == ["2016-01", "2016-02"]
    assert [one["start"] for one in body["periods"]] == ["2016-01-29T12:00:00Z", "2016-01-31T23:00:00Z"]
    assert body["periods"][1]["end"] == "2016-02-02T06:00:00Z"
    single = [bill(client, f"1/bills/101?period={month}").json()["periods"][0] for month in ("2016-01", "2016-02")]
    assert body["periods"] == single
    whole = bill(client, "1/bills/101").json()
    assert (whole["house_id"], whole["name"], whole["owner"], whole["currency"]) == (101, "House 1", "owner1", "EUR")
    assert sum(one["bill_eur"] for one in single) == pytest.approx(whole["periods"][0]["bill_eur"])


def test_what_cannot_be_told_apart_is_one_line(client, store):
    run = store(OwnPrices(run_id=2, houses=7, transformers=3))
    names = set()
    for house in range(run.houses):
        (found,) = bill(client, f"2/bills/{100 + house}").json()["periods"]
        sums = {name: values[1 + run.transformers + house].sum() for name, values in run.sums().items()}
        lines = {line["name"]: line for line in found["lines"]}
        names |= set(lines)
        if "purchase" in lines:
            assert sums["bought_local_kwh"] > 0 < sums["bought_grid_kwh"]
            assert lines["purchase"]["energy_kwh"] == pytest.approx(sums["bought_local_kwh"] + sums["bought_grid_kwh"])
            assert lines["purchase"]["amount_eur"] == pytest.approx(sums["purchase_cost_eur"])
        assert sum(line["amount_eur"] for line in found["lines"]) == pytest.approx(found["bill_eur"])
    assert {"purchase", "purchase_inside", "sale_between"} <= names


def test_a_run_of_days_has_bills_too(client, tokens, database):
    import psycopg2

    from hygge_core.node_days import COLUMNS, TABLE
    from hygge_core.pgcopy import copy_in, encode

    run, service = SyntheticRun(run_id=3, houses=5), tokens.headers(0, "service")
    body = run.registration(stored_step_minutes=1440)
    assert client.put(f"{API}/3", json=body, headers=service).status_code == 201
    assert client.get(f"{API}/3/bills/101").status_code == 409
    days, offsets = run.axis.days()
    node, at = (index.ravel() for index in np.indices((len(run.node_ids), len(days))))
    values = {
        "run_id": np.full(len(node), 3), "node_id": run.node_ids[node], "steps": np.zeros(len(node)),
        "day": np.asarray(days, "datetime64[D]")[at], "starts_at": run.axis.timestamps()[offsets[:-1]][at],
        "load_peak_kw": np.zeros(len(node)),
    }  # fmt: skip
    values |= {name: sums[node, at] for name, sums in run.sums().items()}
    with psycopg2.connect(database.url("engine")) as connection, connection.cursor() as cursor:
        copy_in(cursor, TABLE, COLUMNS, [encode(COLUMNS, values, rows=len(node))])
    assert client.post(f"{API}/3/close", json={"digest": "x"}, headers=service).status_code == 200
    for house in range(5):
        (found,) = bill(client, f"3/bills/{100 + house}").json()["periods"]
        assert sum(line["amount_eur"] for line in found["lines"]) == pytest.approx(found["bill_eur"])


SUMS = {
    "bought_local_kwh": 10.0, "bought_grid_kwh": 5.0, "sold_local_kwh": 2.0, "sold_grid_kwh": 0.0,
    "imported_kwh": 100.0, "exported_kwh": 20.0,
    "import_cost_eur": 30.0, "purchase_cost_eur": 3.0, "fees_eur": 4.0, "generator_kwh": 8.0,
    "fuel_cost_eur": 2.4, "export_revenue_eur": -1.0, "sale_revenue_eur": 0.4, "incentive_eur": 1.5,
}  # fmt: skip


def test_fuel_incentive_and_negative_tariffs_stand_on_the_bill():
    lines = {line.name: line for line in bill_lines(SUMS, "mid_market", Split(2.0, 1.0), Split(0.4, 0.0))}
    assert (lines["fuel"].energy_kwh, lines["fuel"].price_eur_per_kwh, lines["fuel"].amount_eur) == (8, 2.4 / 8, 2.4)
    assert (lines["incentive"].energy_kwh, lines["incentive"].amount_eur) == (None, -1.5)
    # A negative feed-in tariff: the house pays for what it exports.
    assert (lines["export"].price_eur_per_kwh, lines["export"].amount_eur) == (-0.05, 1.0)
    assert sum(line.amount_eur for line in lines.values()) == pytest.approx(30 + 3 + 4 + 2.4 + 1 - 0.4 - 1.5)
    assert str(lines["sale_between"].amount_eur) == "0.0"


@given(
    st.fixed_dictionaries(
        {name: st.floats(-1e6, 1e6) if name.endswith("_eur") else st.floats(0, 1e6) for name in SUMS}
    ),
    st.sampled_from(["mid_market", "upstream"]),
    st.booleans(),
)
def test_the_bill_is_the_sum_of_its_lines_whatever_the_sums(sums, pricing, divided):
    if pricing == "upstream":
        sums |= {"purchase_cost_eur": 0.0, "sale_revenue_eur": 0.0}
    bought, sold = sums["purchase_cost_eur"], sums["sale_revenue_eur"]
    splits = (Split(bought / 4, bought - bought / 4), Split(sold / 4, sold - sold / 4)) if divided else (None, None)
    lines = bill_lines(sums, pricing, *splits)
    columns = {name: np.array([value]) for name, value in sums.items()}
    bill = float((cost_eur(columns) - revenue_eur(columns))[0])
    assert sum(line.amount_eur for line in lines) == pytest.approx(bill, rel=1e-9, abs=1e-6)
    traded = sum(sums[name] for name in sums if name.startswith(("bought", "sold", "imported", "exported")))
    shown = sum(line.energy_kwh or 0 for line in lines if line.name != "fuel")
    assert shown == pytest.approx(traded)


def test_under_upstream_pricing_shared_energy_is_billed_as_import_and_export():
    upstream = SUMS | {"purchase_cost_eur": 0.0, "sale_revenue_eur": 0.0}
    lines = {line.name: line for line in bill_lines(upstream, "upstream", Split(0, 0), Split(0, 0))}
    assert list(lines) == ["import", "fees", "fuel", "export", "incentive"]
    assert (lines["import"].energy_kwh, lines["export"].energy_kwh) == (115, 22)


@pytest.mark.parametrize(
    ("value", "decimals", "english", "german"),
    [
        (1234567.891, 2, "1,234,567.89", "1.234.567,89"), (-1234.5, 1, "−1,234.5", "−1.234,5"),
        (0.0, 2, "0.00", "0,00"), (-0.001, 2, "0.00", "0,00"),
        (-0.006, 2, "−0.01", "−0,01"), (999.999, 2, "1,000.00", "1.000,00"),
    ],
)  # fmt: skip
def test_numbers_are_those_of_the_language(value, decimals, english, german):
    assert (number(value, decimals, "en"), number(value, decimals, "de")) == (english, german)


def test_dates_are_those_of_the_language():
    assert (day(date(2016, 3, 1), "en"), day(date(2016, 3, 1), "de")) == ("1 March 2016", "1. März 2016")
    assert span(date(2016, 2, 1), date(2016, 2, 29), "de") == "Februar 2016"
    assert span(date(2015, 2, 1), date(2015, 2, 28), "en") == "February 2015"
    assert span(date(2016, 2, 1), date(2016, 2, 28), "en") == "1 February 2016 – 28 February 2016"
    assert span(date(2016, 2, 3), date(2016, 2, 3), "en") == "3 February 2016"
    assert span(date(2015, 12, 1), date(2016, 12, 31), "en") == "1 December 2015 – 31 December 2016"


def test_both_languages_have_the_same_words():
    assert set(WORDS["en"]) == set(WORDS["de"])


class Texts(HTMLParser):
    """Tags and texts of a page as a browser sees them."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def document(**changes):
    period = BillPeriod(
        period="2016-02", start=datetime(2016, 1, 31, 23, tzinfo=UTC), end=datetime(2016, 2, 29, 23, tzinfo=UTC),
        load_kwh=1234.56, driven_kwh=0, generation_kwh=7, shared_kwh=0,
        lines=bill_lines(SUMS, "mid_market", Split(2.0, 1.0), None), bill_eur=-39.5, reference_bill_eur=1000,
        saving_eur=1039.5,
    )  # fmt: skip
    known = {
        "run_id": 1, "run_name": "Run", "house_id": 100, "name": "House", "owner": "o", "currency": "CHF",
        "timezone": "Europe/Berlin", "periods": [period, period],
    }  # fmt: skip
    return BillDocument(**known | changes)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("field", ["name", "owner", "run_name"])
def test_hostile_names_stay_text(language, field):
    page = html(document(**{field: HOSTILE}), language)
    assert "<script" not in page
    seen = Texts(page)
    assert any(HOSTILE in text for text in seen.texts)
    assert {tag for tag, _ in seen.tags} == {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "dl", "dt", "dd", "table", "thead", "tbody",
        "tfoot", "tr", "th", "td", "p",
    }  # fmt: skip
    assert not any(name.startswith("on") or name in ("src", "href") for _, attrs in seen.tags for name in attrs)
    assert "49" not in "".join(text for text in seen.texts if "7 * 7" in text)


def test_a_page_shows_the_bill_in_german():
    seen = Texts(html(document(), "de"))
    text = " ".join(seen.texts)
    for part in ("Stromabrechnung", "Februar 2016", "1.234,6 kWh", "Betrag in CHF", "Guthaben", "39,50", "1.000,00",
                 "−0,0500", "Bezug von Nachbarn am selben Transformator", "Verkauf an Nachbarn", "0,2000"):  # fmt: skip
        assert part in text, part
    assert "Elektroautos" not in text
    assert ("html", {"lang": "de"}) in seen.tags
    assert [tag for tag, _ in seen.tags].count("main") == 2


def test_the_page_is_served_with_nothing_but_its_own_style(client):
    import base64
    import hashlib

    for answer in (bill(client, "1/bills/101?format=html"), bill(client, "1/bills/101", Accept="text/html,*/*;q=0.8")):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        style = answer.text.split("<style>")[1].split("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "@page" in style
        assert "http" not in style
        assert "House 1 (101)" in answer.text
    german = bill(client, "1/bills/101?format=html&language=de&period=months").text
    assert german.count("Stromabrechnung</h1>") == 2
    assert client.get(f"{API}/1/bills/101?language=fr").status_code == 422
    assert client.get(f"{API}/1/bills/101?format=docx").status_code == 422


def test_the_pdf_says_the_same_as_the_page(client):
    for answer in (bill(client, "1/bills/101?format=pdf&language=de&period=months"),
                   bill(client, "1/bills/101?language=de&period=months", Accept="application/pdf")):  # fmt: skip
        assert answer.headers["content-type"] == "application/pdf"
        assert 'filename="hygge-bill-1-101-months.pdf"' in answer.headers["content-disposition"]
        reader = PdfReader(io.BytesIO(answer.content))
        assert len(reader.pages) == 2
        assert reader.pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)
        text = reader.pages[0].extract_text()
        assert "Stromabrechnung" in text
        assert "29. Januar 2016 – 31. Januar 2016" in text
        (first, _) = bill(client, "1/bills/101?period=months").json()["periods"]
        for line in first["lines"]:
            if abs(line["amount_eur"]) > 0.01:
                assert number(line["amount_eur"], 2, "de") in text, line
        assert "Seite 1 von 2" in text


def test_a_pdf_takes_any_name_and_is_always_the_same():
    made_at = datetime(2016, 3, 1, tzinfo=UTC)
    names = [HOSTILE, "Łódź Ελλάδα Київ Œuvre ₴", "日本 🏠", "x" * 200]
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    for name in names:
        data = pdf_module.pdf(document(name=name, owner=None), "en", made_at)
        assert data == pdf_module.pdf(document(name=name, owner=None), "en", made_at)
        text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
        assert "Electricity bill" in text
        if name in names[:2]:
            assert name.split()[0] in text


def test_a_household_gets_its_own_bill_and_no_other(client, tokens):
    own = tokens.headers(20, "participant", username="owner1")
    assert client.get(f"{API}/1/bills/101", headers=own).json() == bill(client, "1/bills/101").json()
    for path in ("1/bills/100", "1/bills/10", "1/bills/1", "1/bills/100?format=html", "1/bills/100?format=pdf"):
        assert client.get(f"{API}/{path}", headers=own).status_code == 404, path
    assert client.get(f"{API}/1/bills/101", headers=tokens.headers(9, "viewer")).status_code == 404
    assert client.get(f"{API}/1/bills/101", headers={"Authorization": ""}).status_code == 401


def test_what_is_not_there_is_not_found(client):
    for path in ("1/bills/4711", "1/bills/10", "1/bills/1", "1/bills/101?period=2017-01", "404/bills/101"):
        assert client.get(f"{API}/{path}").status_code == 404, path
    for path in ("1/bills/-1", f"1/bills/{2**63}", "1/bills/101?period=2016", "1/bills/101?period=2016-01-01"):
        assert client.get(f"{API}/{path}").status_code == 422, path
