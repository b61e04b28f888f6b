"""What a phone says of itself: made files of every kind, and public ones."""

import plistlib
import zipfile

import pytest
from corpus import corpus_file
from making.ios_backup import INFO
from making.items import item_from_bytes
from making.phones import BUILD_PROP, data_ark, persistent_properties, settings_abx, settings_xml

from triage.errors import EvidenceError
from triage.extractors import wanted_by
from triage.extractors.device_android import AndroidDevice
from triage.extractors.device_apple import AppleDevice
from triage.model import Device


def android(name, data):
    item = item_from_bytes(name, data)
    assert [each.name for each in wanted_by(item)] == ["android-device"]
    return list(AndroidDevice().extract(item))


def apple(name, data):
    item = item_from_bytes(name, data)
    assert [each.name for each in wanted_by(item)] == ["apple-device"]
    return list(AppleDevice().extract(item))


def test_build_prop():
    (device,) = android("/system/build.prop", BUILD_PROP)
    assert device == Device(
        where="ro.product.manufacturer, ro.product.model, ro.serialno, ro.build.version.release, persist.sys.timezone",
        app="Android build.prop", make="Contoh", model="Fiksi 9", serial="FIKTIF0001", system="Android 13", time_zone="Asia/Jakarta",
    )  # fmt: skip


def test_build_prop_of_a_partition():
    (device,) = android("build.prop", b"ro.product.vendor.manufacturer=Contoh\r\nro.product.vendor.model=Fiksi 9\r\n")
    assert (device.make, device.model, device.system) == ("Contoh", "Fiksi 9", None)
    assert android("build.prop", b"# kosong\nnet.bt.name=Android\n") == []


def test_persistent_properties():
    values = {
        "persist.sys.timezone": "Asia/Makassar",
        "persist.radio.imei": "000000000000003",
        "persist.panjang": "x" * 300,
    }
    (device,) = android("persistent_properties", persistent_properties(values))
    assert (device.time_zone, device.imei) == ("Asia/Makassar", "000000000000003")
    assert device.where == "persist.radio.imei, persist.sys.timezone"


def test_persistent_properties_that_break_off():
    data = persistent_properties({"persist.sys.timezone": "Asia/Makassar", "persist.lain": "x" * 300})
    device, problem = android("persistent_properties", data[:-100])
    assert device.time_zone == "Asia/Makassar"
    assert problem.kind == "malformed"


@pytest.mark.parametrize("make", [settings_xml, settings_abx])
def test_settings(make):
    (device,) = android("/data/system/users/0/settings_secure.xml", make())
    assert device == Device(where="bluetooth_name", app="Android settings_secure.xml", account="Ponsel Budi")
    (device,) = android(
        "settings_global.xml", make({"device_name": "Fiksi & Co".replace("&", "dan"), "bluetooth_name": "x"})
    )
    assert (device.where, device.account) == ("device_name", "Fiksi dan Co")
    assert android("settings_system.xml", make({"volume": "3"})) == []


def test_settings_with_entities_are_not_expanded():
    data = b'<!DOCTYPE settings [<!ENTITY a "b">]><settings><setting name="device_name" value="&a;"/></settings>'
    (problem,) = android("settings_global.xml", data)
    assert problem.kind == "malformed"


def test_info_plist_of_a_backup():
    (device,) = apple("/backup/Info.plist", plistlib.dumps(INFO))
    assert (device.app, device.make, device.model, device.serial) == (
        "iOS backup Info.plist", "Apple", "iPhone13,2", "FIKTIF000001",
    )  # fmt: skip
    assert (device.imei, device.phone, device.system) == ("000000000000001", "+62 000 0000 001", "16.3")
    assert device.account == "iPhone Fiktif"
    assert device.where == "Product Type, Serial Number, IMEI, Product Version, Phone Number, Device Name"


def test_info_plist_of_a_program_is_not_wanted():
    program = plistlib.dumps({"CFBundleExecutable": "x", "CFBundlePackageType": "APPL", "Unique Identifier": "x"})
    assert wanted_by(item_from_bytes("Info.plist", program)) == ()
    assert wanted_by(item_from_bytes("Info.plist", plistlib.dumps({"lain": 1}))) == ()
    assert wanted_by(item_from_bytes("SC_Info/Manifest.plist", plistlib.dumps({"SinfPaths": []}))) == ()


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_system_version(form):
    values = {"ProductName": "macOS", "ProductVersion": "14.1", "ProductBuildVersion": "23B74"}
    (device,) = apple("SystemVersion.plist", plistlib.dumps(values, fmt=form))
    assert (device.system, device.model, device.app) == ("macOS 14.1 (23B74)", None, "Apple SystemVersion.plist")


def test_lockdown_of_a_backup_and_device_values():
    values = {"ProductType": "iPhone13,2", "SerialNumber": "FIKTIF02", "ProductVersion": "16.3", "BuildVersion": "x"}
    (device,) = apple("Manifest.plist", plistlib.dumps({"IsEncrypted": False, "Lockdown": values}))
    assert (device.app, device.serial, device.system) == ("iOS backup Manifest.plist", "FIKTIF02", "16.3")
    assert apple("Manifest.plist", plistlib.dumps({"IsEncrypted": False})) == []
    (device,) = apple("device_values.plist", plistlib.dumps(values | {"TimeZone": "Asia/Jayapura"}))
    assert (device.app, device.time_zone) == ("iOS device_values.plist", "Asia/Jayapura")


def test_values_of_the_wrong_type():
    odd = {"ProductVersion": 10**400, "SerialNumber": [1], "DeviceName": b"x", "TimeZone": 1.5, "ProductName": 10**400}
    for name in ("data_ark.plist", "SystemVersion.plist", "device_values.plist"):
        assert apple(name, plistlib.dumps({key: each for key, each in odd.items() if not isinstance(each, int)})) == []
    with pytest.raises(EvidenceError):
        apple("data_ark.plist", b"bplist00" + bytes(60))


def test_public_data_ark_agrees_with_plistlib():
    path = corpus_file("phones", "ios_ffs_ileapp", "testdata.deviceName.deviceName.belkasoft_ctf6_ios_device1.zip")
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        data = archive.read(name)
    values = plistlib.loads(data)
    (device,) = apple(f"/{name}", data)
    assert device.time_zone == values["-TimeZone"]
    assert device.account == values["-DeviceName"]
    assert device.system == values["-DarkProductVersion"]
    assert device.where == "-DarkProductVersion, -TimeZone, -DeviceName"


def test_data_ark_with_dashes():
    (device,) = apple(
        "data_ark.plist", data_ark(DeviceName="iPhone Fiktif", TimeZone="Asia/Jakarta", SerialNumber="FIKTIF03")
    )
    assert (device.account, device.time_zone, device.serial) == ("iPhone Fiktif", "Asia/Jakarta", "FIKTIF03")
