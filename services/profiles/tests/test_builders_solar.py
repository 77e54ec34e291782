"""Solar panels: what the sun, the clouds and the roof do to them."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hygge_core.errors import InvalidInput
from hygge_profiles.units import IRRADIANCE
from services.profiles.tests.builders_support import Memory, calendar, make

MUNICH = {"latitude": 48.14, "longitude": 11.57, "peak_kw": 10.0}
YEAR = calendar("2027-01-01", "2028-01-01", 60)
JUNE = calendar("2027-06-20", "2027-06-23")


def kw(parameters: dict[str, Any], period: Any = JUNE, **sources: Any) -> Any:
    return make("solar", MUNICH | parameters, period, **sources).values


def irradiance(step_minutes: int, period: Any) -> Memory:
    """Global irradiance of a clear sky by the library, in means of a step."""
    import pandas as pd
    from pvlib.location import Location

    fine = period.finer(5)
    index = pd.DatetimeIndex(fine.axis.timestamps() + np.timedelta64(150, "s"), tz="UTC")
    ghi = Location(MUNICH["latitude"], MUNICH["longitude"]).get_clearsky(index)["ghi"].to_numpy()
    given = ghi.reshape(-1, step_minutes // 5).mean(axis=1).astype(np.float32)
    return Memory(period.axis.start, step_minutes, given, unit=IRRADIANCE)


def test_generation_is_positive_and_only_by_day() -> None:
    values = kw({})
    local_hour = JUNE.minute / 60
    assert (values >= 0).all()
    assert not values[(local_hour < 4) | (local_hour > 22)].any()
    assert 5 < values.max() < 10
    # Solar noon of 11.57° east is at 13:15 by the summer clock.
    assert 12.75 <= local_hour[np.argmax(values)] <= 13.75


def test_the_chain_is_that_of_the_library() -> None:
    """An inverter and panels in the library's own words give the same power."""
    import pandas as pd
    from pvlib.location import Location
    from pvlib.modelchain import ModelChain
    from pvlib.pvsystem import Array, FixedMount, PVSystem
    from pvlib.temperature import TEMPERATURE_MODEL_PARAMETERS

    place = Location(48.14, 11.57, altitude=500)
    index = pd.DatetimeIndex(JUNE.axis.timestamps() + np.timedelta64(450, "s"), tz="UTC")
    array = Array(
        FixedMount(30, 225), module_parameters={"pdc0": 10_000, "gamma_pdc": -0.0035},
        temperature_model_parameters=TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"],
    )  # fmt: skip
    # The library's own losses are 14.08 %.
    chain = ModelChain.with_pvwatts(PVSystem([array], inverter_parameters={"pdc0": 6000 / 0.96}), place)
    chain.run_model(place.get_clearsky(index))
    parameters = {
        "altitude_m": 500, "tilt_deg": 30, "azimuth_deg": 225, "module_type": "premium", "mounting": "open_rack",
        "inverter_kw": 6, "losses_percent": 14.075660688264469,
    }  # fmt: skip
    found = kw(parameters)
    assert found == pytest.approx(chain.results.ac.fillna(0).clip(lower=0).to_numpy() / 1000, abs=1e-9)
    assert found.max() == pytest.approx(6)


def test_east_and_west() -> None:
    """East has its energy before solar noon, west after it; both less than south."""
    hour = JUNE.minute / 60
    energy = {name: kw({"azimuth_deg": angle}) for name, angle in (("east", 90), ("south", 180), ("west", 270))}
    morning = hour < 13.2
    assert energy["east"][morning].sum() > 1.3 * energy["east"][~morning].sum()
    assert energy["west"][~morning].sum() > 1.3 * energy["west"][morning].sum()
    assert energy["south"].sum() > max(energy["east"].sum(), energy["west"].sum())


def test_a_yearly_yield_is_met() -> None:
    made = make("solar", MUNICH | {"yearly_yield_kwh_per_kwp": 1050}, YEAR)
    assert made.values.sum() == pytest.approx(10_500)
    leap = make("solar", MUNICH | {"yearly_yield_kwh_per_kwp": 1050}, calendar("2028-01-01", "2029-01-01", 60))
    assert leap.values.sum() == pytest.approx(10_500)
    with pytest.raises(InvalidInput) as error:
        kw({"yearly_yield_kwh_per_kwp": 1050})
    assert error.value.findings[0].field == "parameters.yearly_yield_kwh_per_kwp"


def test_clearness_is_by_local_month() -> None:
    clear = make("solar", MUNICH, YEAR).values
    cloudy = make("solar", MUNICH | {"monthly_clearness": [0.3] * 6 + [0.6] * 6}, YEAR).values
    share = [cloudy[YEAR.month == month].sum() / clear[YEAR.month == month].sum() for month in range(12)]
    assert max(share[:6]) < 0.4
    # In summer about as given; in winter clouds take the direct sun, which a tilted panel lives on.
    assert share[6] == pytest.approx(0.6, abs=0.06)
    assert 0.3 < share[11] < 0.45


@pytest.mark.parametrize("step_minutes", [5, 15, 60])
def test_measured_irradiance_of_a_clear_sky_gives_about_the_clear_sky(step_minutes: int) -> None:
    """The direct part is estimated from the global one then, hence about; hours are not shifted."""
    source = irradiance(step_minutes, JUNE)
    found = kw({"irradiance_profile_id": 1}, _1=source)
    expected = kw({})
    assert found.sum() == pytest.approx(expected.sum(), rel=0.08)
    assert abs(int(np.argmax(found[:96])) - int(np.argmax(expected[:96]))) <= 3
    fine = kw({"irradiance_profile_id": 1}, _1=irradiance(5, JUNE))
    assert found.sum() == pytest.approx(fine.sum(), rel=0.01)


def test_dark_irradiance_and_heat() -> None:
    dark = Memory(JUNE.axis.start, 60, np.zeros(72, np.float32), unit=IRRADIANCE)
    assert not kw({"irradiance_profile_id": 1}, _1=dark).any()
    hot = Memory(datetime(2027, 1, 1, tzinfo=UTC), 60, np.full(8760, 40, np.float32))
    cold = Memory(datetime(2027, 1, 1, tzinfo=UTC), 60, np.full(8760, 0, np.float32))
    hot_kwh, cold_kwh = (kw({"temperature_profile_id": 1}, _1=source).sum() for source in (hot, cold))
    assert hot_kwh / cold_kwh == pytest.approx(1 - 0.0047 * 40, abs=0.03)


def test_clouds_are_given_once() -> None:
    with pytest.raises(InvalidInput):
        kw({"irradiance_profile_id": 1, "monthly_clearness": [0.5] * 12}, _1=irradiance(60, JUNE))


def test_polar_night_and_southern_summer() -> None:
    december = calendar("2027-12-20", "2027-12-22", zone="UTC")
    assert not make("solar", {"latitude": 80, "longitude": 0, "peak_kw": 1}, december).values.any()
    north = make("solar", {"latitude": -33.9, "longitude": 18.4, "peak_kw": 1, "azimuth_deg": 0}, december).values
    assert 9 < north.sum() / 4 < 12


def test_steps_hold_the_same_energy() -> None:
    sums = [kw({}, calendar("2027-06-20", "2027-06-23", step)).sum() * step / 60 for step in (5, 15, 30, 60)]
    assert sums == pytest.approx([sums[1]] * 4, rel=1e-3)
