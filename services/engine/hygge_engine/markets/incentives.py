"""What a state pays for shared energy."""

import numpy as np

from hygge_engine.markets.types import Float64, PlantClass, Region

# Per MWh: the fixed part, and the most that fixed and variable part give together.
_FIXED = {PlantClass.UP_TO_200_KW: 80.0, PlantClass.FROM_200_TO_600_KW: 70.0, PlantClass.ABOVE_600_KW: 60.0}
_CAP = {PlantClass.UP_TO_200_KW: 120.0, PlantClass.FROM_200_TO_600_KW: 110.0, PlantClass.ABOVE_600_KW: 100.0}
_SURCHARGE = {Region.SOUTH: 0.0, Region.CENTRE: 4.0, Region.NORTH: 10.0}
# Below this zonal price the variable part grows.
_REFERENCE_PRICE = 180.0


def italian_premium_eur_per_mwh(zonal_price: Float64, plant_class: PlantClass, region: Region) -> Float64:
    """Premium per MWh shared in a renewable energy community (CER), of any shape.

    zonal_price Pz in EUR/MWh. min(cap, fixed + max(0, 180 − Pz)), with fixed 80, 70, 60 and cap 120, 110, 100 for
    plants up to 200 kW, to 600 kW and above; photovoltaics in the centre get 4 more, in the north 10, on top of the
    cap. Source: DM 7.12.2023 no. 414 (CACER), annex 1, as told by the region Emilia-Romagna.
    """
    variable = np.maximum(0.0, _REFERENCE_PRICE - zonal_price)
    return np.minimum(_CAP[plant_class], _FIXED[plant_class] + variable) + _SURCHARGE[region]
