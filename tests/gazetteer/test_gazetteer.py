"""Positions of public places, as encyclopaedias and airports state them, and what province and regency they are known to be in."""

import json
import struct
import zlib

import pytest

from triage.assets import resource
from triage.gazetteer import locality
from triage.gazetteer.drawing import around, shapes
from triage.gazetteer.outlines import units

INDONESIA = [
    ("Monas", -6.1754, 106.8272, "DKI Jakarta"),
    ("Istana Bogor", -6.5976, 106.7996, "Jawa Barat"),
    ("Gedung Sate", -6.9025, 107.6188, "Jawa Barat"),
    ("Borobudur", -7.6079, 110.2038, "Jawa Tengah"),
    ("Keraton Yogyakarta", -7.8053, 110.3642, "DI Yogyakarta"),
    ("Tugu Pahlawan", -7.2458, 112.7378, "Jawa Timur"),
    ("Bandara Soekarno-Hatta", -6.1256, 106.6558, "Banten"),
    ("Bandara Ngurah Rai", -8.7467, 115.1667, "Bali"),
    ("Pura Besakih", -8.3739, 115.4521, "Bali"),
    ("Masjid Baiturrahman", 5.5536, 95.3172, "Aceh"),
    ("Istana Maimun", 3.5752, 98.6838, "Sumatera Utara"),
    ("Jam Gadang", -0.3052, 100.3693, "Sumatera Barat"),
    ("Jembatan Ampera", -2.9917, 104.7636, "Sumatera Selatan"),
    ("Bandara Hang Nadim", 1.1210, 104.1190, "Kepulauan Riau"),
    ("Tugu Khatulistiwa", 0.0004, 109.3222, "Kalimantan Barat"),
    ("Bandara Juwata", 3.3267, 117.5694, "Kalimantan Utara"),
    ("Titik Nol IKN", -0.9720, 116.7080, "Kalimantan Timur"),
    ("Benteng Rotterdam", -5.1340, 119.4055, "Sulawesi Selatan"),
    ("Bandara Sam Ratulangi", 1.5493, 124.9260, "Sulawesi Utara"),
    ("Kota Kupang", -10.1772, 123.6070, "Nusa Tenggara Timur"),
    ("Bandara Pattimura", -3.7103, 128.0891, "Maluku"),
    ("Bandara Sentani", -2.5769, 140.5163, "Papua"),
    ("Bandara Wamena", -4.1025, 138.9570, "Papua Pegunungan"),
    ("Bandara Mozes Kilangin", -4.5283, 136.8870, "Papua Tengah"),
    ("Bandara Mopah", -8.5203, 140.4180, "Papua Selatan"),
    ("Bandara Domine Eduard Osok", -0.8940, 131.2870, "Papua Barat Daya"),
    ("Bandara Rendani", -0.8918, 134.0490, "Papua Barat"),
]
ELSEWHERE = [
    ("Merlion", 1.2868, 103.8545, "Singapore"),
    ("Petronas Towers", 3.1579, 101.7116, "Malaysia"),
    ("Kuching", 1.5575, 110.3440, "Malaysia"),
    ("Dili", -8.5569, 125.5603, "Timor-Leste"),
    ("Vanimo", -2.6930, 141.3028, "Papua New Guinea"),
    ("Bandar Seri Begawan", 4.8903, 114.9422, "Brunei"),
    ("Eiffel Tower", 48.8584, 2.2945, "France"),
    ("Statue of Liberty", 40.6892, -74.0445, "United States of America"),
    ("Sydney Opera House", -33.8568, 151.2153, "Australia"),
    ("Grytviken", -54.2811, -36.5092, "S. Geo. and the Is."),
]
REGENCIES = [
    ("Borobudur", -7.6079, 110.2038, "Kabupaten Magelang"),
    ("Candi Prambanan", -7.7520, 110.4915, "Kabupaten Klaten"),
    ("Danau Toba, Tomok", 2.6521, 98.8608, "Kabupaten Samosir"),
    ("Sabang", 5.8933, 95.3238, "Kota Sabang"),
    ("Wamena", -4.0953, 138.9570, "Kabupaten Jayawijaya"),
]


@pytest.mark.parametrize(("latitude", "longitude", "province"), [row[1:] for row in INDONESIA], ids=str)
def test_public_places_of_indonesia_are_in_their_province(latitude, longitude, province):
    known = locality(latitude, longitude)
    assert (known.country, known.province) == ("Indonesia", province)


@pytest.mark.parametrize(("latitude", "longitude", "country"), [row[1:] for row in ELSEWHERE], ids=str)
def test_elsewhere_the_country_is_known(latitude, longitude, country):
    known = locality(latitude, longitude)
    assert (known.country, known.province, known.regency) == (country, None, None)


@pytest.mark.parametrize(("latitude", "longitude", "regency"), [row[1:] for row in REGENCIES], ids=str)
def test_the_regency_is_that_of_the_nearest_place_which_stands_beside_it(latitude, longitude, regency):
    known = locality(latitude, longitude)
    assert known.regency == regency
    assert known.near
    assert 0 <= known.near_km <= 25


def test_the_two_sides_of_a_border():
    """The posts of Entikong (Indonesia) and Tebedu (Malaysia) are 3 km apart; those of Mota'ain and Batugade 1 km."""
    assert locality(0.9600, 110.3200).country == "Indonesia"
    assert locality(1.0150, 110.3600).country == "Malaysia"
    assert locality(-8.9700, 124.9000).country == "Indonesia"
    assert locality(-8.9300, 125.0500).country == "Timor-Leste"


def test_a_small_island_the_outlines_do_not_have():
    """Gili Trawangan: 3 km long, off Lombok."""
    known = locality(-8.3506, 116.0386)
    assert (known.country, known.province, known.near) == ("Indonesia", "Nusa Tenggara Barat", "Gili Trawangan")
    assert 0 < known.outline_km < 22.2


def test_the_open_sea_is_in_no_country():
    assert locality(-10.0, 105.0)[:3] == (None, None, None)
    assert locality(0.0, -30.0)[:3] == (None, None, None)


def test_the_antimeridian_and_the_poles():
    assert locality(-16.5, 179.9).country == "Fiji"
    assert locality(-16.5, -179.99).country in {"Fiji", None}
    assert locality(-90.0, 180.0).country in {"Antarctica", None}
    assert locality(90.0, -180.0)[:3] == (None, None, None)


@pytest.mark.parametrize("position", [(91, 0), (0, 181), (float("nan"), 0), (float("inf"), 0)])
def test_what_is_no_position_is_nowhere(position):
    assert locality(*position) is None


def test_every_outline_can_be_unpacked_and_lies_in_its_box():
    assert len(units()) > 250
    for unit in units():
        west, south, east, north = unit.box
        points = [point for ring in unit.rings() for point in ring]
        assert points
        assert all(west - 0.01 <= x <= east + 0.01 and south - 0.01 <= y <= north + 0.01 for x, y in points)


def test_the_pack_is_what_its_recipe_says():
    data = resource("places", "outlines.bin").read_bytes()
    (length,) = struct.unpack_from("<I", data, 4)
    index = json.loads(zlib.decompress(data[8 : 8 + length]))
    assert data[:4] == b"SGPL"
    assert len(data) == 8 + length + sum(row[5] for row in index)


def test_a_map_has_no_detail_finer_than_asked():
    coarse = list(shapes((95, -11, 141, 6), tolerance=0.5))
    fine = list(shapes((95, -11, 141, 6), tolerance=0.05))
    assert {shape.province for shape in fine} >= {"Bali", "Papua", "Aceh"}
    count = [sum(len(ring) for shape in drawn for ring in shape.rings) for drawn in (coarse, fine)]
    assert count[0] * 3 < count[1]
    assert all(ring[0] == ring[-1] for shape in fine for ring in shape.rings)


def test_the_box_around_points_holds_them_all():
    box = around([(-6.2, 106.8), (-8.7, 115.2)])
    assert box[0] < 106.8
    assert box[2] > 115.2
    assert box[1] < -8.7
    assert box[3] > -6.2
    assert around([]) == (-180.0, -60.0, 180.0, 80.0)
