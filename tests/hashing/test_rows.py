"""What lines of hash lists say. Digests are those of md5sum, sha1sum and sha256sum over the five bytes `sigap`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hashing.rows import Row, RowParser

MD5 = "72090a03e92d18a9792659a18ff48920"
SHA1 = "e74374594e36ca6664b4983fd54d8df087ab19f1"
SHA256 = "d24aa0e802fe4832c0e4a38dcc0b79168967770aba2abf8cacb50d8cc541549a"


def row(*digests, name="", category=""):
    names = {32: "md5", 40: "sha1", 64: "sha256"}
    label = f"{category}\0{name}".encode() if name or category else b""
    return Row(tuple((names[len(each)], bytes.fromhex(each)) for each in digests), label)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (MD5, row(MD5)),
        (MD5.upper() + "\r\n", row(MD5)),
        (SHA1 + "  \t", row(SHA1)),
        (SHA256, row(SHA256)),
        (f"{MD5}  foto liburan.jpg", row(MD5, name="foto liburan.jpg")),
        (f"{SHA1} *foto.jpg", row(SHA1, name="foto.jpg")),
        (f"{MD5}\tfoto.jpg", row(MD5, name="foto.jpg")),
        (f"{MD5}  *bintang.jpg", row(MD5, name="*bintang.jpg")),
        (f"\\{MD5}  a\\nb\\\\c\\rd", row(MD5, name="a\nb\\c\rd")),
        (f"{MD5}  a\\nb", row(MD5, name="a\\nb")),
        (f"MD5 (foto (1).jpg) = {MD5}", row(MD5, name="foto (1).jpg")),
        (f"SHA1 (a) = {SHA1}", row(SHA1, name="a")),
        (f"SHA256 (a) = {SHA256.upper()}", row(SHA256, name="a")),
        (f"SHA2-256(a)= {SHA256}", row(SHA256, name="a")),
        (f"\\SHA256 (a\\nb) = {SHA256}", row(SHA256, name="a\nb")),
    ],
)
def test_plain_lines(line, expected):
    assert RowParser().parse(line.encode()) == expected


@pytest.mark.parametrize("line", ["", "\r\n", "   ", "# a comment", "% a comment", "#" + MD5, "\x1a"])
def test_no_rows(line):
    assert RowParser().parse(line.encode()) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello world!", "no MD5, SHA-1 or SHA-256"),
        (MD5[:-1], "31 hexadecimal digits"),
        (MD5 + "x", "no MD5, SHA-1 or SHA-256"),
        ("a" * 128, "128 hexadecimal digits"),
        (f"SHA512 (a) = {'a' * 128}", "SHA512"),
        (f"MD5 (a) = {SHA1}", "no MD5"),
        ("a" * 70_000, "longer than 65,536 bytes"),
    ],
)
def test_refused_lines(line, reason):
    found = RowParser().parse(line.encode())
    assert isinstance(found, str)
    assert reason in found


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        ("MD5,SHA1,SHA256", f"{MD5},{SHA1},{SHA256}", row(SHA256, SHA1, MD5)),
        ("sha-256;md5", f"{SHA256};{MD5}", row(SHA256, MD5)),
        ("name\tSHA-1\tcategory", f"foto.jpg\t{SHA1}\t2", row(SHA1, name="foto.jpg", category="2")),
        ('"SHA-1","MD5","FileName"', f'"{SHA1.upper()}","{MD5}","a, ""b"".jpg"', row(SHA1, MD5, name='a, "b".jpg')),
        ("Category,sha_256,Note", f'1,{SHA256},"x, y"', row(SHA256, category="1")),
        ("md5", MD5, row(MD5)),
        ("md5,sha1", f"{MD5},", row(MD5)),
        ("md5,sha1", MD5, row(MD5)),
        ("md5,name", f"{MD5},caf\u00e9", row(MD5, name="caf\u00e9")),
        ("%%%% size,md5,sha256,filename", f"5,{MD5},{SHA256},/a,b/c", row(SHA256, MD5, name="/a,b/c")),
        ("%%%% size,sha1,tiger,filename", f'5,{SHA1},{"0" * 48},/a"b', row(SHA1, name='/a"b')),
    ],
)
def test_lines_under_a_header(header, line, expected):
    parser = RowParser()
    assert parser.parse(header.encode()) is None
    assert parser.parse(line.encode()) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{SHA1},{SHA1}", "the column of MD5 holds none"),
        (f"{MD5},{'g' * 40}", "the column of SHA1 holds none"),
        (",", "no MD5, SHA-1 or SHA-256"),
        ("x", "the column of MD5 holds none"),
    ],
)
def test_refused_lines_under_a_header(line, reason):
    parser = RowParser()
    assert parser.parse(b"md5,sha1") is None
    assert parser.parse(line.encode()) == reason


def test_a_header_is_looked_for_until_the_first_row():
    parser = RowParser()
    assert isinstance(parser.parse(b"Daftar 2031"), str)
    assert parser.parse(b"md5,name") is None
    assert parser.parse(f"{MD5},a".encode()) == row(MD5, name="a")
    plain = RowParser()
    assert plain.parse(MD5.encode()) == row(MD5)
    assert isinstance(plain.parse(b"md5,name"), str)


def test_a_name_that_is_no_text_and_one_that_is_long():
    assert RowParser().parse(MD5.encode() + b"  \xff\x00\xe9.jpg") == Row(
        (("md5", bytes.fromhex(MD5)),), b"\0\xff\xe9.jpg"
    )
    assert len(RowParser().parse(MD5.encode() + b"  " + b"n" * 5000).label) == 1025


@given(st.sampled_from([b"", b"md5,name", b"%%%% size,md5,filename"]), st.lists(st.binary(max_size=120), max_size=5))
def test_any_line_is_answered(header, lines):
    parser = RowParser()
    parser.parse(header)
    for line in lines:
        found = parser.parse(line.replace(b"\n", b""))
        assert found is None or isinstance(found, Row | str)
