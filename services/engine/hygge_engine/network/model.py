"""A network as arrays in SI units, made from the community's document. Nothing here solves anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Complex128 = NDArray[np.complex128]
Bool = NDArray[np.bool_]
Node = Mapping[str, Any]

SQRT3 = float(np.sqrt(3.0))


@dataclass(frozen=True, slots=True)
class Lines:
    """L lines, parallel ones taken together: π model of one phase. r, x in Ω, c in F, the current they may carry in A.

    from_bus, to_bus: places in the network's buses. from_closed, to_closed: False where the line is cut off.
    """

    names: tuple[str, ...]
    from_bus: Int64
    to_bus: Int64
    from_closed: Bool
    to_closed: Bool
    r_ohm: Float64
    x_ohm: Float64
    c_f: Float64
    max_a: Float64

    @classmethod
    def from_document(cls, lines: Sequence[Node], place: Mapping[str, int]) -> Self:
        """The lines of a checked document."""
        length, count = _column(lines, "length_km"), _column(lines, "parallel", 1.0)
        in_service = _flags(lines, "in_service")
        return cls(
            names=tuple(line["name"] for line in lines),
            from_bus=_places(lines, "from_bus", place),
            to_bus=_places(lines, "to_bus", place),
            from_closed=in_service & _flags(lines, "from_closed"),
            to_closed=in_service & _flags(lines, "to_closed"),
            r_ohm=_column(lines, "r_ohm_per_km") * length / count,
            x_ohm=_column(lines, "x_ohm_per_km") * length / count,
            c_f=_column(lines, "c_nf_per_km", 0.0) * 1e-9 * length * count,
            max_a=_column(lines, "max_i_ka") * 1e3 * count,
        )


@dataclass(frozen=True, slots=True)
class Transformers:
    """K transformers, parallel ones taken together: an ideal ratio at the high side, a π circuit at the low one.

    impedance_ohm: the series branch. admittance_s: the shunt, half of it at either end. ratio: rated voltages with the
    tap over the buses' nominal ones. shift_rad: by how much the low side lags. hv_rated_a, lv_rated_a: rated currents.
    """

    names: tuple[str, ...]
    hv_bus: Int64
    lv_bus: Int64
    in_service: Bool
    impedance_ohm: Complex128
    admittance_s: Complex128
    ratio: Float64
    shift_rad: Float64
    hv_rated_a: Float64
    lv_rated_a: Float64

    @classmethod
    def from_document(cls, transformers: Sequence[Node], place: Mapping[str, int], bus_v: Float64) -> Self:
        """The transformers of a checked document.

        From the name plate, U the rated voltages with the tap, S the rated power: |z| = vk·U_lv²/S, r = vkr·U_lv²/S,
        |y| = i0·S/U_lv², g = P_fe/U_lv² (Milano, Power System Modelling and Scripting, 2010, 11.1). They make the T
        circuit z/2, y, z/2, which is brought into π form, as pandapower does (docs, Transformer, trafo_model "t").
        """
        hv_bus, lv_bus = _places(transformers, "hv_bus", place), _places(transformers, "lv_bus", place)
        hv_rated, lv_rated = (
            _rated_v(transformers, "hv_kv", bus_v[hv_bus]),
            _rated_v(transformers, "lv_kv", bus_v[lv_bus]),
        )
        steps = _column(transformers, "tap_pos", 0.0) - _column(transformers, "tap_neutral", 0.0)
        tap = 1.0 + steps * _column(transformers, "tap_step_percent", 0.0) / 100.0
        at_high = np.asarray([row.get("tap_side", "hv") == "hv" for row in transformers], np.bool_)
        hv_v, lv_v = np.where(at_high, hv_rated * tap, hv_rated), np.where(at_high, lv_rated, lv_rated * tap)
        power, count = _column(transformers, "sn_kva") * 1e3, _column(transformers, "parallel", 1.0)
        impedance, admittance = _pi_of_t(*_plate(transformers, power, lv_v))
        return cls(
            names=tuple(row["name"] for row in transformers),
            hv_bus=hv_bus,
            lv_bus=lv_bus,
            in_service=_flags(transformers, "in_service"),
            impedance_ohm=impedance / count,
            admittance_s=admittance * count,
            ratio=(hv_v / lv_v) / (bus_v[hv_bus] / bus_v[lv_bus]),
            shift_rad=np.deg2rad(_column(transformers, "shift_degree", 0.0)),
            hv_rated_a=power * count / (SQRT3 * hv_rated),
            lv_rated_a=power * count / (SQRT3 * lv_rated),
        )


@dataclass(frozen=True, slots=True)
class Network:
    """B buses with nominal voltages in V, one source, lines, transformers, and the buses of H houses.

    source_pu: voltage of the source. source_va: its short-circuit power in VA, inf holds the voltage at its bus.
    low_pu, high_pu: the voltage band. house_ids, house_bus: int64[H] in the order of the community's houses.
    """

    frequency_hz: float
    bus_names: tuple[str, ...]
    bus_v: Float64
    source_bus: int
    source_pu: float
    source_va: float
    source_rx: float
    low_pu: float
    high_pu: float
    lines: Lines
    transformers: Transformers
    house_ids: Int64
    house_bus: Int64

    @property
    def houses(self) -> int:
        """H, the number of houses."""
        return self.house_ids.size

    @property
    def branches(self) -> int:
        """L + K, the number of lines and transformers."""
        return len(self.lines.names) + len(self.transformers.names)

    @classmethod
    def from_document(cls, document: Node) -> Self:
        """The network of a community's document without findings; ValueError where a house is on no bus."""
        content = document["network"]
        buses = content["buses"]
        place = {bus["name"]: index for index, bus in enumerate(buses)}
        bus_v = _column(buses, "voltage_kv") * 1e3
        source, band = content["source"], content.get("voltage_band") or {}
        bus_of = {connection["house"]: place[connection["bus"]] for connection in content["connections"]}
        houses = [house["id"] for transformer in document["transformers"] for house in transformer["houses"]]
        missing = [house for house in houses if house not in bus_of]
        if missing:
            raise ValueError(f"house {missing[0]} is on no bus of the network")
        return cls(
            frequency_hz=float(content.get("frequency_hz", 50.0)),
            bus_names=tuple(bus["name"] for bus in buses),
            bus_v=bus_v,
            source_bus=place[source["bus"]],
            source_pu=float(source.get("voltage_pu", 1.0)),
            source_va=_number(source.get("sk_mva"), np.inf) * 1e6,
            source_rx=_number(source.get("rx_ratio"), 0.1),
            low_pu=float(band.get("low_pu", 0.9)),
            high_pu=float(band.get("high_pu", 1.1)),
            lines=Lines.from_document(content.get("lines", []), place),
            transformers=Transformers.from_document(content.get("transformers", []), place, bus_v),
            house_ids=np.asarray(houses, np.int64),
            house_bus=np.asarray([bus_of[house] for house in houses], np.int64),
        )


def _plate(rows: Sequence[Node], power: Float64, lv_v: Float64) -> tuple[Complex128, Complex128]:
    """Series impedance (Ω) and no-load admittance (S) of one transformer each, seen from the low side."""
    base = lv_v**2 / power
    size, resistance = _column(rows, "vk_percent") / 100.0 * base, _column(rows, "vkr_percent", 0.0) / 100.0 * base
    reactance = np.sqrt(np.maximum(size**2 - resistance**2, 0.0))
    iron = _column(rows, "pfe_kw", 0.0) * 1e3
    # A plate may say a no-load current below its own iron losses; then there is no magnetising part.
    magnetising = np.sqrt(np.maximum((_column(rows, "i0_percent", 0.0) / 100.0 * power) ** 2 - iron**2, 0.0))
    return resistance + 1j * reactance, (iron - 1j * magnetising) / lv_v**2


def _pi_of_t(series: Complex128, shunt: Complex128) -> tuple[Complex128, Complex128]:
    """The π circuit that equals the T circuit z/2, y, z/2: its series impedance and its whole shunt admittance."""
    through = 1.0 + series * shunt / 4.0
    return series * through, shunt / through


def _rated_v(rows: Sequence[Node], name: str, nominal: Float64) -> Float64:
    given = np.asarray([_number(row.get(name), np.nan) for row in rows], np.float64) * 1e3
    return np.where(np.isnan(given), nominal, given)


def _column(rows: Sequence[Node], name: str, otherwise: float | None = None) -> Float64:
    values = [row[name] if otherwise is None else row.get(name, otherwise) for row in rows]
    return np.asarray(values, np.float64)


def _flags(rows: Sequence[Node], name: str) -> Bool:
    return np.asarray([row.get(name, True) for row in rows], np.bool_)


def _places(rows: Sequence[Node], name: str, place: Mapping[str, int]) -> Int64:
    return np.asarray([place[row[name]] for row in rows], np.int64)


def _number(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
