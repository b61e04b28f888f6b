"""Every list file of the corpus: imported or refused for the right reason; counts and hits against grep, sqlite3 and EXPECTED."""

import json
import re
import sqlite3

import pytest
from corpus import corpus_file

from triage.errors import UserError
from triage.hashing.importer import Wish, import_list, recognise
from triage.hashing.lists import HashList, open_lists
from triage.hashing.schemes import scheme
from triage.model import Digests

TARGETS = {  # file: format, strongest digest, known or notable
    "targets.md5": ("text", "md5", "notable"),
    "targets.sha1.txt": ("text", "sha1", "notable"),
    "targets.sha256sums": ("text", "sha256", "notable"),
    "targets.csv": ("table with header", "sha256", "notable"),
    "icse.csv": ("INTERPOL ICSE export", "sha1", "notable"),
    "vics_1.3_media.json": ("VICS 1.3, media", "sha1", "notable"),
    "vics_2.0_media.json": ("VICS 2.0, media", "sha1", "notable"),
    "vics_2.0_cases.json": ("VICS 2.0, cases", "sha1", "notable"),
    "nsrl_caid_1.2.json": ("NIST non-RDS set (VICS 1.2 form)", "sha1", "known"),
    "RDS_sample_modern_minimal.db": ("NSRL RDS 3, minimal", "sha256", "known"),
}
WIDTHS = {"md5": 16, "sha1": 20, "sha256": 32}


def imported(home, source, kind="notable", name="list"):
    found = recognise(source)
    wish = Wish(name, kind, scheme=scheme("dhs", home) if found.coded else None)
    return import_list([found], wish, home=home, actor="x")


def expected():
    return json.loads(corpus_file("hashes", "derived_dev", "EXPECTED.json").read_bytes())


def item(entry):
    """Digests of an entry; those that it does not state are of nothing."""
    return Digests(
        *(bytes.fromhex(entry[name]) if name in entry else bytes(width) for name, width in WIDTHS.items()), 1
    )


def grepped(source):
    """Distinct digests by length, as `grep -oiE '\\b[0-9a-f]{n}\\b' | sort -u | wc -l` counts them."""
    text = source.read_bytes().lower()
    return {name: len(set(re.findall(rb"\b[0-9a-f]{%d}\b" % (2 * width), text))) for name, width in WIDTHS.items()}


@pytest.mark.parametrize("file", TARGETS)
def test_counts_are_those_of_grep_and_sqlite(tmp_path, file):
    source = corpus_file("hashes", "derived_dev", file)
    name, _, kind = TARGETS[file]
    assert recognise(source).format == name
    receipt = imported(tmp_path, source, kind)
    if file.endswith(".db"):
        connection = sqlite3.connect(f"file:{source}?immutable=1", uri=True)
        counts = {each: connection.execute(f"SELECT count(DISTINCT {each}) FROM FILE").fetchone()[0] for each in WIDTHS}
    else:
        counts = grepped(source)
    assert receipt.counts == {each: count for each, count in counts.items() if count}
    assert (receipt.refused, receipt.duplicates) == (0, 0)


@pytest.mark.parametrize("file", [file for file, (_, _, kind) in TARGETS.items() if kind == "notable"])
def test_what_must_hit_hits_and_nothing_else_does(tmp_path, file):
    _, strongest, _ = TARGETS[file]
    imported(tmp_path, corpus_file("hashes", "derived_dev", file))
    opened, wanted = HashList.open("list", tmp_path), expected()
    found = [entry for entry in wanted["must_hit"] if opened.matches(item(entry))]
    assert {entry["where"] for entry in found} == {
        entry["where"] for entry in wanted["must_hit"] if "sha256" in entry or strongest == "md5"
    }
    for entry in found:
        assert opened.find(item(entry)) == (strongest, entry[strongest])
    assert not [entry for entry in wanted["known_good"] if opened.matches(item(entry))]


def test_known_good_files_are_known_and_no_target_is(tmp_path):
    imported(tmp_path, corpus_file("hashes", "derived_dev", "nsrl_caid_1.2.json"), "known")
    connection = sqlite3.connect(
        f"file:{corpus_file('hashes', 'derived_dev', 'RDS_sample_modern_minimal.db')}?immutable=1", uri=True
    )
    imported(tmp_path, corpus_file("hashes", "derived_dev", "RDS_sample_modern_minimal.db"), "known", name="rds")
    caid = json.loads(corpus_file("hashes", "derived_dev", "nsrl_caid_1.2.json").read_bytes())["value"]
    for entry in expected()["known_good"]:
        sha1 = next(each["SHA1"] for each in caid if each["MD5"] == entry["md5"])
        row = connection.execute("SELECT sha256, sha1 FROM FILE WHERE md5 = upper(?)", (entry["md5"],)).fetchone()
        whole = item(entry | {"sha1": sha1} | ({"sha256": row[0]} if row else {}))
        hits = open_lists(["list", "rds"], tmp_path).match(whole)
        assert [hit.list for hit in hits] == (["list", "rds"] if row else ["list"])
    for entry in expected()["must_hit"]:
        assert open_lists(["list", "rds"], tmp_path).match(item(entry)) == ()


def test_every_file_is_taken_or_refused_in_one_line(tmp_path):
    folder = corpus_file("hashes", "derived_dev", "EXPECTED.json").parents[1]
    taken, refused = set(), {}
    for source in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            kind = "notable" if "notable" in recognise(source).kinds else "known"
            imported(tmp_path, source, kind)
            taken.add(source.relative_to(folder).as_posix())
        except UserError as error:
            refused[source.relative_to(folder).as_posix()] = str(error)
    assert taken >= {f"derived_dev/{file}" for file in TARGETS} | {
        "collisions/free.md5", "collisions/textcoll__textcoll.md5", "hashdeep/NSRL-2.0.txt", "hashdeep/RDS-000001-15.zip",
        "hashdeep/hashdeep.txt", "hashdeep/ilookv3.hsh", "hashdeep/known.txt", "hashdeep/md5deep.txt",
        "plaso/psort_test.plaso.file_hashes.json", "tsk/testmd5.dat",
    }  # fmt: skip
    assert "HashKeeper's description of a set" in refused["hashdeep/Z00236.hke"]
    assert all("\n" not in reason for reason in refused.values())
    assert {path.split("/")[0] for path in refused} <= {"collisions", "hashdeep", "nsrl"}
