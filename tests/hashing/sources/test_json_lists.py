"""Project VIC, CAID, NIST's set and other JSON: what is taken, what is kept beside it, what is refused."""

import base64
import hashlib
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.errors import UserError
from triage.hashing.details import three_state
from triage.hashing.importer import Wish, import_list, recognise
from triage.hashing.lists import HashList
from triage.hashing.schemes import scheme
from triage.hashing.sources import json_stream
from triage.hashing.sources.json_stream import Walk
from triage.model import Digests

MEDIA_13 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
MEDIA_12 = "http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Media"
US_20 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#"


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


A, B = digests(b"a"), digests(b"b")


def medium(item, **more):
    return {"MediaID": 1, "MD5": item.md5.hex().upper(), "SHA1": item.sha1.hex(), "MediaSize": "1", **more}


def written(tmp_path, value, name="set.json", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode(encoding))
    return path


def imported(tmp_path, value, *, kind="notable", scheme_id="vics-2.0-us", name="set", **more):
    wish = Wish(name, kind, scheme=scheme(scheme_id, tmp_path) if scheme_id else None)
    return import_list(written(tmp_path, value, **more), wish, home=tmp_path, actor="Penyidik Wira")


def matched(tmp_path, item, name="set"):
    return HashList.open(name, tmp_path).matches(item)


def test_what_a_medium_says_is_kept_and_shown(tmp_path):
    record = medium(
        A, Category=0, Series="Seri 1", Tags="#satu, dua", Comments="catatan", VictimIdentified="false",
        OffenderIdentified=True, IsDistributed=None, MediaFiles=[{"FileName": "a.jpg", "FilePath": "x"}],
    )  # fmt: skip
    imported(tmp_path, {"odata.metadata": MEDIA_13, "value": [record]}, scheme_id="dhs")
    (match,) = matched(tmp_path, A)
    assert match.agreeing == ("sha1", "md5")
    assert (match.name, match.size, match.detail.category) == ("a.jpg", 1, "0")
    assert (match.detail.series, match.detail.tags, match.detail.comments) == ("Seri 1", ("#satu", "dua"), "catatan")
    assert match.detail.flags == {"victim_identified": False, "offender_identified": True}


@pytest.mark.parametrize(
    ("value", "state"), [(True, True), (False, False), ("false", False), ("TRUE", True), ("n", False), ("yes", True), (None, None), ("", None), (0, None), ("maybe", None)]
)  # fmt: skip
def test_three_states(value, state):
    assert three_state(value) is state


@pytest.mark.parametrize("name", ["MD5", "md5", "Md5"])
@pytest.mark.parametrize("layout", ["media", "cases", "mixed"])
def test_names_and_layouts(tmp_path, name, layout):
    record = {name: A.md5.hex(), "mediaid": "7", "CATEGORY": 2}
    inside = {"cases": [{"CaseID": "x", "Media": [record]}], "mixed": [{"Media": [record]}], "media": [record]}[layout]
    context = US_20 + ("Cases" if layout == "cases" else "Media")
    receipt = imported(tmp_path, {"@odata.context": context, "value": inside})
    assert (receipt.read, receipt.taken, receipt.categories) == (1, 1, {"2": 1})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(tmp_path, encoding):
    receipt = imported(
        tmp_path, {"@odata.context": US_20 + "Media", "value": [medium(A, Category=1)]}, encoding=encoding
    )
    assert receipt.taken == 1


def test_a_case_larger_than_is_decoded_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(json_stream, "WHOLE", 500)
    media = [medium(digests(str(n).encode()), Category=n % 6) for n in range(3000)]
    value = {"@odata.context": US_20 + "Cases", "value": [{"CaseID": "x", "Media": media, "Number": 12.5}]}
    receipt = imported(tmp_path, value)
    assert (receipt.taken, receipt.categories) == (3000, {str(n): 500 for n in range(6)})


def test_alternative_hashes_and_photodna(tmp_path):
    print_ = base64.b64encode(bytes(range(144))).decode()
    alternatives = [{"HashName": "SHA1", "HashValue": A.sha1.hex()}, {"HashName": "PhotoDNA", "HashValue": print_}]
    record = {"MediaID": 1, "MD5": A.md5.hex(), "Category": 1, "AlternativeHashes": alternatives}
    other = medium(B, Category=1, PhotoDNA="too short")
    receipt = imported(tmp_path, {"@odata.context": US_20 + "Media", "value": [record, other]})
    assert (receipt.taken, receipt.unmatched, receipt.counts) == (2, 1, {"md5": 2, "sha1": 2, "photodna": 1})
    opened = HashList.open("set", tmp_path)
    prints = next(table for table in opened.tables if table.shape.columns[0] == "photodna")
    assert (prints.value(0, "photodna"), prints.value(0, "md5")) == (bytes(range(144)), A.md5)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"MediaID": 1}, "no MD5, SHA-1 or SHA-256"),
        ({"MediaID": 1, "MD5": "xyz"}, "its MD5 is none"),
        ({"MediaID": 1, "MD5": A.sha1.hex()}, "its MD5 is none"),
        ({"MediaID": 1, "MD5": 7}, "its MD5 is none"),
        ({"MediaID": 1, "SHA1": A.sha1.hex(), "AlternativeHashes": [{"HashName": "SHA-1", "HashValue": B.sha1.hex()}]}, "two different SHA1"),
        ({"MediaID": 1, "MD5": hashlib.md5(b"").hexdigest()}, "empty file"),
    ],
)  # fmt: skip
def test_refused_media(tmp_path, record, reason):
    receipt = imported(tmp_path, {"@odata.context": US_20 + "Media", "value": [medium(A), record]})
    assert (receipt.taken, receipt.refused, receipt.refusals[0].line) == (1, 1, 2)
    assert reason in receipt.refusals[0].reason


def test_the_scheme_must_be_said(tmp_path):
    value = {"@odata.context": US_20 + "Media", "value": [medium(A, Category=0)]}
    for scheme_id in (None, "as-stated"):
        with pytest.raises(UserError, match="what they mean must be said"):
            imported(tmp_path, value, scheme_id=scheme_id)
    assert not (tmp_path / "lists" / "set").exists()


@pytest.mark.parametrize(("scheme_id", "meaning"), [("vics-2.0-us", "0: Non-pertinent"), ("dhs", "0: Uncategorized")])
def test_zero_means_what_the_confirmed_scheme_says(tmp_path, scheme_id, meaning):
    from triage.hashing.lists import open_lists

    imported(tmp_path, {"odata.metadata": MEDIA_13, "value": [medium(A, Category=0)]}, scheme_id=scheme_id)
    (hit,) = open_lists(["set"], tmp_path).match(A)
    assert (hit.category, hit.scheme, hit.code, hit.list) == (meaning, scheme_id, "0", "set")


@pytest.mark.parametrize("context", [MEDIA_13, US_20 + "Media", None])
@pytest.mark.parametrize("late", [False, True])
def test_a_vic_set_is_never_known(tmp_path, context, late):
    """Whatever it says of itself, and wherever it says so."""
    parts = [("value", [medium(A, Category=1)]), ("odata.metadata", context or "")]
    with pytest.raises(UserError, match="would hide it; use --kind notable"):
        imported(tmp_path, dict(parts if late else parts[::-1]), kind="known", scheme_id=None)


def test_nist_caid_is_a_known_set_and_never_notable(tmp_path):
    value = {"odata.metadata": MEDIA_12, "value": [medium(A, Category=8), medium(B, Category=8)]}
    assert recognise(written(tmp_path, value)).format == "NIST non-RDS set (VICS 1.2 form)"
    with pytest.raises(UserError, match="not as notable: it is a set of known files"):
        imported(tmp_path, value, scheme_id=None)
    assert imported(tmp_path, value, kind="known", scheme_id=None).taken == 2
    value["value"] += [
        medium(digests(b"c"), Category=1)
    ]  # what looks like NIST's and is not, is met when its row comes
    with pytest.raises(UserError, match=r"record 3 is none of a set of known files"):
        imported(tmp_path, value, kind="known", scheme_id=None, name="other")
    assert matched(tmp_path, A)


@pytest.mark.parametrize("cut", [-1, -2, -3, -40, -200, 150])
def test_a_set_that_is_broken_off_changes_nothing(tmp_path, cut):
    whole = {"@odata.context": US_20 + "Media", "value": [medium(digests(bytes([n])), Category=1) for n in range(30)]}
    first = imported(tmp_path, {"@odata.context": US_20 + "Media", "value": [medium(A, Category=1)]})
    with pytest.raises(UserError, match="it is broken off"):
        imported(tmp_path, json.dumps(whole).encode()[:cut])
    assert HashList.open("set", tmp_path).info.digest == first.digest


@pytest.mark.parametrize(
    "text", [b'{"a":', b"{}", b"[]", b'{"value":[]}', b'{"value":[{"a":1}]', b'{"value":[1,2]}', b'{"value":[{]}', b"[[[[", b'{"a" 1}', b'{"value":[{"MD5":"x"} {"MD5":"y"}]}', b'[{"a":' + b"[" * 100_000]
)  # fmt: skip
def test_json_that_is_no_list(tmp_path, text):
    with pytest.raises(UserError):
        imported(tmp_path, text, kind="known", scheme_id=None)
    assert not (tmp_path / "lists" / "set").exists()


def test_other_json_with_digests(tmp_path):
    rows = [{"sha256_hash": A.sha256.hex(), "display_name": "OS:/etc/a"}, {"sha256_hash": A.sha256.hex()}]
    receipt = imported(tmp_path, {"file_hashes": rows}, scheme_id=None)
    assert (receipt.read, receipt.taken, receipt.duplicates) == (2, 1, 1)


def test_contradictory_categories_are_both_told(tmp_path):
    from triage.hashing.lists import open_lists

    value = {
        "@odata.context": US_20 + "Media",
        "value": [medium(A, Category=1), medium(A, Category=3), medium(A, Category=1)],
    }
    receipt = imported(tmp_path, value)
    assert (receipt.taken, receipt.duplicates, receipt.counts["md5"]) == (2, 1, 1)
    hits = open_lists(["set"], tmp_path).match(A)
    assert [hit.code for hit in hits] == ["1", "3"]
    assert "it also states 3: Computer-generated or animated" in hits[0].explanation
    assert "it also states 1: Child abuse material" in hits[1].explanation


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 10**12) | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
        max_leaves=12,
    ),
    st.integers(1, 9),
)
def test_the_walk_finds_every_object_of_an_array(value, block):
    """Against the whole text decoded by the standard library, for any size of block and of object."""

    def expected(inside):
        if isinstance(inside, list):
            for each in inside:
                if isinstance(each, dict):
                    yield each
        elif isinstance(inside, dict):
            for each in inside.values():
                yield from expected(each)

    document = {"top": value, "rest": [value]}
    from triage.hashing.sources import lines

    before, lines.BLOCK = lines.BLOCK, block
    try:
        found = list(Walk(io.BytesIO(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))).objects())
    finally:
        lines.BLOCK = before
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace").decode()
    assert found == list(expected(json.loads(text)))
