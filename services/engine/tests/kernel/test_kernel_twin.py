"""The compiled core against its naive twin."""

import numpy as np
from hypothesis import given, settings

from hygge_engine.kernel import AUCTIONS, Allocation, run_window
from hygge_engine.kernel.sums import STORAGE_LOSS_KWH
from services.engine.tests.kernel.communities import Case, cases, measure
from services.engine.tests.kernel.naive import run_naive

NAMES = {
    "load_kw": "load",
    "generation_kw": "generation",
    "storage_kw": "storage",
    "soc_kwh": "energy",
    "shared_local_kw": "local",
    "shared_grid_kw": "between",
    "grid_kw": "grid",
    "curtailed_kw": "curtailed",
    "unserved_kw": "unserved",
}


@settings(max_examples=300)
@given(cases())
def test_every_flow_of_every_house_is_the_twins(case: Case) -> None:
    outcome, after = run_window(case.community, case.rules, case.window, case.start)
    twin = run_naive(case.community, case.rules, case.window, case.start)
    for name, attribute in NAMES.items():
        expected = np.array([[getattr(house, attribute) for house in step] for step in twin.steps]).T
        np.testing.assert_allclose(
            measure(outcome.houses.values, name), expected, atol=5e-6, rtol=1e-6,
            err_msg=name,
        )  # fmt: skip
    alone = np.array([[house.alone for house in step] for step in twin.steps]).T
    np.testing.assert_allclose(outcome.alone_kw, alone, atol=5e-6, rtol=1e-6)
    np.testing.assert_allclose(after.battery_kwh, twin.energies, atol=1e-9)
    np.testing.assert_allclose(after.reference_kwh, twin.reference_energies, atol=1e-9)
    losses = sum(house.loss_kwh for step in twin.steps for house in step)
    np.testing.assert_allclose(outcome.houses.sums[:, :, STORAGE_LOSS_KWH].sum(), losses, atol=1e-8)


@settings(max_examples=300)
@given(cases(allocations=AUCTIONS))
def test_prices_and_payments_are_the_twins(case: Case) -> None:
    outcome, _ = run_window(case.community, case.rules, case.window, case.start)
    twin = run_naive(case.community, case.rules, case.window, case.start)
    expected = np.array(
        [[twin.prices[k, t] for t in range(case.window.steps)] for k in range(outcome.pool_price.shape[0])]
    )
    np.testing.assert_allclose(outcome.pool_price, expected, atol=1e-12)
    if case.community.transformers > 1:
        np.testing.assert_allclose(outcome.pool.price, twin.grid_prices, atol=1e-12)
    paid = np.zeros((case.community.houses, case.window.day_offsets.size - 1, 4))
    for key, money in twin.payments.items():
        paid[key] = money
    if case.rules.allocation is Allocation.PRICE_TIME:
        np.testing.assert_allclose(outcome.payments, paid, atol=1e-9)
