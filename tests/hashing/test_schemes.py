"""Category schemes: data that an agency can edit; what is proposed, and that 0 and 5 are never taken for each other."""

import pytest

from triage.errors import UserError
from triage.hashing.schemes import proposed, scheme, schemes

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}/$metadata#Media"


def test_zero_and_five_are_the_other_way_round(tmp_path):
    us, dhs = scheme("vics-2.0-us", tmp_path).labels, scheme("dhs", tmp_path).labels
    assert (us["0"], us["5"]) == (dhs["5"], dhs["0"]) == ("Non-pertinent", "Uncategorized")


@pytest.mark.parametrize(
    ("profile", "expected"),
    [("US", "vics-2.0-us"), ("UK", "caid-uk"), ("Default", None), ("CUSTOM", None), ("USA", None)],
)
def test_only_what_a_file_states_is_proposed(tmp_path, profile, expected):
    found = proposed(CONTEXT.format(profile), tmp_path)
    assert (found.id if found else None) == expected
    assert proposed("http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media", tmp_path) is None


def test_an_agency_edits_and_adds(tmp_path):
    folder = tmp_path / "schemes"
    folder.mkdir()
    (folder / "uk.toml").write_text(
        'id = "caid-uk"\ntitle = "CAID"\ncontexts = ["2.0.xml/UK/"]\n[categories]\n1 = "Satu"\nA = "Huruf"\n'
    )
    (folder / "own.toml").write_text('id = "own"\ntitle = "Kami"\n[categories]\n')
    assert scheme("caid-uk", tmp_path).labels == {"1": "Satu", "A": "Huruf"}
    assert "own" in schemes(tmp_path)
    assert (
        scheme("caid-uk", tmp_path).code("satu"),
        scheme("caid-uk", tmp_path).code("A"),
        scheme("own", tmp_path).code("1"),
    ) == ("1", "A", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id = 1",
        'id = "x"\n',
        "\xff",
        'id = "x"\ntitle = "y"\ncontexts = ["("]',
        'id = "x"\ntitle = "y"\ncategories = 3',
    ],
)
def test_a_damaged_scheme_is_named(tmp_path, text):
    (tmp_path / "schemes").mkdir()
    (tmp_path / "schemes" / "bad.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match=r"bad\.toml: cannot be read as a category scheme"):
        schemes(tmp_path)


def test_no_such_scheme(tmp_path):
    with pytest.raises(UserError, match="there is no category scheme 'x'; there are: as-stated, caid-uk, dhs"):
        scheme("x", tmp_path)
