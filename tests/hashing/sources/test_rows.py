"""What lines of hash lists say. Digests are those of md5sum, sha1sum and sha256sum over the five bytes `sigap`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hashing.details import Detail
from triage.hashing.sources.rows import Row, RowParser

MD5 = "72090a03e92d18a9792659a18ff48920"
SHA1 = "e74374594e36ca6664b4983fd54d8df087ab19f1"
SHA256 = "d24aa0e802fe4832c0e4a38dcc0b79168967770aba2abf8cacb50d8cc541549a"


def row(*digests, name="", category=None, size=None, **more):
    names = {32: "md5", 40: "sha1", 64: "sha256"}
    detail = Detail(category=category, **more).packed()
    values = {names[len(each)]: bytes.fromhex(each) for each in digests}
    return Row(values, name.encode(), detail, size, category)


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
        (f"  211245  {MD5}  /home/a b.jpg", row(MD5, name="/home/a b.jpg", size=211245)),  # md5deep -z
        (f"{MD5.upper()}|0000000000000042", row(MD5)),  # hfind
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
        ("Category,sha_256,Note", f'1,{SHA256},"x, y"', row(SHA256, category="1", comments="x, y")),
        ("md5", MD5, row(MD5)),
        ("md5,sha1", f"{MD5},", row(MD5)),
        ("md5,sha1", MD5, row(MD5)),
        ("md5,name", f"{MD5},caf\u00e9", row(MD5, name="caf\u00e9")),
        ("%%%% size,md5,sha256,filename", f"5,{MD5},{SHA256},/a,b/c", row(SHA256, MD5, name="/a,b/c", size=5)),
        ("%%%% size,sha1,tiger,filename", f'5,{SHA1},{"0" * 48},/a"b', row(SHA1, name='/a"b', size=5)),
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
    assert RowParser().parse(MD5.encode() + b"  \xff\x00\xe9.jpg").name == b"\xff\x00\xe9.jpg"
    assert len(RowParser().parse(MD5.encode() + b"  " + b"n" * 5000).name) == 5000


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        (  # NSRL RDS 2, its newer and its older form
            '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"',
            f'"{SHA1}","{MD5}","CABEC7CD","INFODESK.IC$",503,1,"WIN",""',
            row(SHA1, MD5, name="INFODESK.IC$", size=503),
        ),
        (
            '"SHA-1","FileName","FileSize","ProductCode","OpSystemCode","MD4","MD5","CRC32","SpecialCode"',
            f'"{SHA1}","a, b",7,1,"WIN","{"0" * 32}","{MD5}","00000000",""',
            row(SHA1, MD5, name="a, b", size=7),
        ),
        (  # HashKeeper
            '"file_id","hashset_id","file_name","directory","hash","file_size","date_modified","time_modified","time_zone"',
            f'1,671,"a.dll","C:\\WIN","{MD5}",12,"","",""',
            row(MD5, name="a.dll", size=12),
        ),
        ("V3Hash,HashSHA1,FileName,FilePath,FileSize", f"{MD5},{SHA1},a.gz,\\,9", row(SHA1, MD5, name="a.gz", size=9)),
        (  # INTERPOL ICSE
            "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;Baseline",
            f"{MD5};{SHA1};;7;yes;no;;S7;t",
            row(SHA1, MD5, series="S7", flags={"distributed": True, "victim_identified": False, "baseline": True}),
        ),
        ("md5,set,status", f"{MD5},tools,alert", row(MD5, tags=("tools",))),
    ],
)
def test_tables_of_other_programs(header, line, expected):
    parser = RowParser()
    assert parser.parse(header.encode()) is None
    assert parser.parse(line.encode()) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{MD5},{SHA1}", row(SHA1, MD5)),
        (f"foto.jpg;{SHA256}", row(SHA256)),
        (f'"{MD5}"\t"x"', row(MD5)),
    ],
)
def test_tables_without_a_header(line, expected):
    assert RowParser().parse(line.encode()) == expected


def test_what_rds_marks_as_malicious_is_never_set_aside():
    header = b'"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"'
    line = f'"{SHA1}","{MD5}","CABEC7CD","a",5,1,"WIN","M"'.encode()
    for known, expected in ((True, str), (False, Row)):
        parser = RowParser(known=known)
        parser.parse(header)
        assert isinstance(parser.parse(line), expected)


@given(st.sampled_from([b"", b"md5,name", b"%%%% size,md5,filename"]), st.lists(st.binary(max_size=120), max_size=5))
def test_any_line_is_answered(header, lines):
    parser = RowParser()
    parser.parse(header)
    for line in lines:
        found = parser.parse(line.replace(b"\n", b""))
        assert found is None or isinstance(found, Row | str)
