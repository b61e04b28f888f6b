"""Coordinates to country, province and regency, offline, from open data in `resources/places` (its README names the sources).

Country and province are by outline (Natural Earth, scale 1:10 million: a border may be a kilometre or two off, small islands are missing).
The regency is that of the nearest place GeoNames knows within the same province: no outline, so the place and its distance stand beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from triage.gazetteer.outlines import Unit, nearest_unit, unit_at
from triage.gazetteer.towns import Town, nearest_town

# Provinces that were divided after the outlines were drawn (Kalimantan Utara 2012, Papua 2022): the nearest known place decides.
DIVIDED: dict[str, frozenset[str]] = {
    "Kalimantan Timur": frozenset({"Kalimantan Timur", "Kalimantan Utara"}),
    "Papua": frozenset({"Papua", "Papua Pegunungan", "Papua Selatan", "Papua Tengah"}),
    "Papua Barat": frozenset({"Papua Barat", "Papua Barat Daya"}),
}
REGENCY_KM = 25.0
DIVIDED_KM = 100.0
ISLAND_KM = 5.0  # an island the outlines do not have, but a place on it is known


class Locality(NamedTuple):
    """Where a position is. `outline_km`: how far outside the outline of the country it is, 0 inside. `near` is a place, not the position."""

    country: str | None = None
    province: str | None = None
    regency: str | None = None
    near: str | None = None
    near_km: float | None = None
    outline_km: float | None = None


def locality(latitude: float, longitude: float) -> Locality | None:
    """What is known of a position in degrees WGS 84; None where it is no position. On the open sea all fields are None."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    unit, away = unit_at(latitude, longitude), 0.0
    if unit is None:
        found = nearest_unit(latitude, longitude)
        if found is None:
            return _on_island(nearest_town(latitude, longitude, within_km=ISLAND_KM))
        unit, away = found
    return _in_unit(unit, away, latitude, longitude)


def _in_unit(unit: Unit, away: float, latitude: float, longitude: float) -> Locality:
    if unit.province is None:
        town = nearest_town(latitude, longitude, within_km=REGENCY_KM)
        return _with_town(Locality(country=unit.country, outline_km=away), town)
    wanted = DIVIDED.get(unit.province, frozenset({unit.province}))
    reach = DIVIDED_KM if len(wanted) > 1 else REGENCY_KM
    town = nearest_town(latitude, longitude, within_km=reach, provinces=wanted)
    province = unit.province if len(wanted) == 1 else (town.province if town else None)
    return _with_town(Locality(country=unit.country, province=province, outline_km=away), town)


def _on_island(town: Town | None) -> Locality:
    if town is None:
        return Locality()
    home = "Indonesia" if town.country_code == "ID" else None
    return _with_town(Locality(country=home, province=town.province or None), town)


def _with_town(known: Locality, town: Town | None) -> Locality:
    if town is None:
        return known
    regency = town.regency if town.km <= REGENCY_KM else ""
    return known._replace(regency=regency or None, near=town.name, near_km=round(town.km, 1))
