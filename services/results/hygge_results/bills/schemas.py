"""Answers with bills."""

from pydantic import BaseModel, Field


class Amounts(BaseModel):
    """Energy and money of one bill, in the run's currency. bill = cost − revenue; saving = reference bill − bill."""

    load_kwh: float
    generation_kwh: float
    imported_kwh: float
    exported_kwh: float
    bought_kwh: float = Field(description="From neighbours: inside the transformer and from others")
    sold_kwh: float
    import_cost_eur: float
    purchase_cost_eur: float
    fees_eur: float
    cost_eur: float
    export_revenue_eur: float
    sale_revenue_eur: float
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
