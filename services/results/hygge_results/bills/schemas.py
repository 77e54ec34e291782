"""Answers with bills."""

from datetime import datetime

from pydantic import BaseModel, Field


class Amounts(BaseModel):
    """Energy and money of one bill, in the run's currency. bill = cost − revenue; saving = reference bill − bill."""

    load_kwh: float
    driven_kwh: float = Field(description="Driven out of the batteries of cars")
    generation_kwh: float
    imported_kwh: float
    exported_kwh: float
    bought_kwh: float = Field(description="From neighbours: inside the transformer and from others")
    sold_kwh: float
    import_cost_eur: float
    purchase_cost_eur: float
    fees_eur: float
    fuel_cost_eur: float
    cost_eur: float
    export_revenue_eur: float
    sale_revenue_eur: float
    incentive_eur: float
    revenue_eur: float
    bill_eur: float
    reference_bill_eur: float = Field(description="The same house without a community")
    saving_eur: float


class BillOut(Amounts):
    """One house's bill for one period."""

    house_id: int
    name: str
    owner: str | None
    period: str


class BillsOut(BaseModel):
    """Bills, houses in the order of the community's document, months in order."""

    run_id: int
    currency: str
    items: list[BillOut]
    total: Amounts | None = Field(description="Sum over all houses and periods asked for; null for a household")
    next_cursor: str | None = None


class BillLine(BaseModel):
    """One line of a bill. The bill is the sum of the amounts of its lines."""

    name: str = Field(
        description="import, purchase_inside and purchase_between (of the transformer, between transformers; purchase"
        " where the two can't be told apart), fees, fuel, export, sale_inside, sale_between or sale, incentive"
    )
    energy_kwh: float | None = Field(description="Null for fees and incentives, which follow from other lines")
    price_eur_per_kwh: float | None = Field(description="Mean price: amount per kWh; null without energy")
    amount_eur: float = Field(description="What the house pays; negative: what it gets")


class BillPeriod(BaseModel):
    """The bill of one period."""

    period: str = Field(description="run or YYYY-MM")
    start: datetime = Field(description="UTC; the part of the period that was simulated")
    end: datetime
    load_kwh: float
    driven_kwh: float
    generation_kwh: float
    shared_kwh: float = Field(description="Bought from and sold to neighbours")
    lines: list[BillLine]
    bill_eur: float = Field(description="Σ amounts of the lines; negative: the house gets money")
    reference_bill_eur: float = Field(description="The same house without a community")
    saving_eur: float


class BillDocument(BaseModel):
    """A house's bill with its lines, in the run's currency."""

    run_id: int
    run_name: str | None
    house_id: int
    name: str
    owner: str | None
    currency: str
    timezone: str
    periods: list[BillPeriod]
