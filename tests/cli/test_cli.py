"""The command line as people and scripts use it: results, messages, exit codes."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from synthetic import make_evidence, snapshot

from triage import schema
from triage.cli import main


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    return make_evidence(folder, files=12)


@pytest.fixture
def scanned(tmp_path, source, capsys):
    assert main(["scan", str(tmp_path / "case"), str(source), "--workers", "1"]) == 0
    capsys.readouterr()
    return tmp_path / "case"


def test_scan_says_what_was_covered(tmp_path, source, capsys):
    assert main(["scan", str(tmp_path / "case"), str(source), "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "examined to the end" in out
    assert "+ pending 0" in out


def test_scan_for_machines_is_one_json_document(tmp_path, source, capsys):
    assert main(["scan", str(tmp_path / "case"), str(source), "--workers", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    cover = told["runs"][0]["coverage"]
    assert cover["found"] == cover["examined"] + cover["skipped"] + cover["failed"]


def test_scanning_again_has_nothing_left_to_do(scanned, source, capsys):
    assert main(["scan", str(scanned), str(source), "--workers", "1"]) == 0
    assert "nothing was left to do" in capsys.readouterr().out


def test_the_settings_file_holds_where_no_option_says_otherwise(tmp_path, source):
    (tmp_path / "s.toml").write_text('profile = "quick"\nhash_source = false\nworkers = 1\n')
    case = tmp_path / "case"
    assert main(["scan", str(case), str(source), "--settings", str(tmp_path / "s.toml")]) == 0
    with sqlite3.connect(case / "case.db") as database:
        kept = json.loads(database.execute("SELECT settings FROM run").fetchone()[0])
        digest = database.execute("SELECT sha256_before FROM evidence").fetchone()[0]
    database.close()
    assert (kept["profile"], kept["hash_source"], kept["workers"], digest) == ("quick", False, 1, None)


def test_status_in_both_forms(scanned, capsys):
    assert main(["status", str(scanned)]) == 0
    assert "found" in capsys.readouterr().out
    assert main(["status", str(scanned), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["summary"]["pending"] == 0
    assert told["evidence"][0]["exhibit"] == "source"


def test_search_in_both_forms(scanned, capsys):
    assert main(["search", str(scanned), "note1", "--limit", "2"]) == 0
    assert "files 4" in capsys.readouterr().out
    assert main(["search", str(scanned), "note1", "--kind", "file", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(row["text"] for row in told["rows"]) == ["note1.txt", "note10.txt", "note10.txt", "note11.txt"]
    assert (told["counts"], told["not_searchable_yet"]) == ({"file": 4}, 0)
    assert main(["search", str(scanned), "xyzzy"]) == 0
    assert "Nothing was found" in capsys.readouterr().out


def test_list_import_show_remove(tmp_path, capsys):
    digests = tmp_path / "bad.md5"
    digests.write_text(hashlib.md5(b"x").hexdigest() + "  x\nnot a digest\n")
    assert main(["list", "import", str(digests), "--kind", "notable"]) == 0
    told = capsys.readouterr()
    assert "2 rows read, 1 taken" in told.out
    assert "line 2" in told.err
    assert main(["list", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["counts"]["md5"] == 1
    assert main(["list", "remove", "bad"]) == 0
    assert main(["list", "show"]) == 0
    assert "no hash list" in capsys.readouterr().err


def test_report_and_verify(scanned, capsys):
    assert main(["report", str(scanned), "--lang", "id", "--formats", "html,csv", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    folder = Path(told["folder"])
    assert (folder / "manifest.json").is_file()
    assert main(["verify", str(scanned)]) == 0
    assert main(["verify", str(folder), "--json"]) == 0
    capsys.readouterr()
    page = next(folder.glob("*.html"))
    page.write_bytes(page.read_bytes().replace(b"Sigap", b"Sigab", 1))
    assert main(["verify", str(scanned)]) == 1
    assert page.name in "".join(line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL"))


WRONG = {
    "unknown command": (["nonsense"], 2),
    "unknown option": (["scan", "{tmp}/case", "{tmp}", "--fast"], 2),
    "missing argument": (["scan"], 2),
    "unknown list": (["scan", "{tmp}/case", "{source}", "--list", "nowhere"], 2),
    "unknown format": (["report", "{case}", "--formats", "doc"], 2),
    "unknown language": (["report", "{case}", "--lang", "fr"], 2),
    "missing source": (["scan", "{tmp}/case", "{tmp}/nothing"], 3),
    "empty source": (["scan", "{tmp}/case", "{empty}"], 3),
    "no case": (["status", "{tmp}/nothing"], 3),
    "case is a file": (["scan", "{empty}", "{source}"], 3),
    "not a case nor a report": (["verify", "{source}"], 2),
}


@pytest.mark.parametrize(("arguments", "code"), WRONG.values(), ids=WRONG)
def test_bad_input_gets_one_clear_line(tmp_path, source, scanned, capsys, arguments, code):
    empty = tmp_path / "empty.dd"
    empty.touch()
    places = {"tmp": tmp_path, "source": source, "case": scanned, "empty": empty}
    before = snapshot(scanned)
    got = main([argument.format(**places) for argument in arguments])
    told = capsys.readouterr()
    assert got == code
    assert len(told.err.strip().splitlines()) == 1, told.err
    assert told.err.startswith("triage: ")
    assert "Traceback" not in told.err
    assert snapshot(scanned) == before


def test_a_case_of_a_newer_program_is_refused(scanned, capsys):
    with sqlite3.connect(scanned / "case.db") as database:
        database.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    database.close()
    assert main(["report", str(scanned)]) == 3
    assert "newer Sigap" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["report", "{case}"], ["scan", "{case}", "{source}"]], ids=["report", "scan"])
def test_a_read_only_case_folder_is_one_line(scanned, source, command):
    words = [word.format(case=scanned, source=source) for word in command]
    done = _with_read_only(scanned, [sys.executable, "-m", "triage", *words])
    assert done.returncode == 3, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "cannot be written" in done.stderr


def test_a_read_only_case_can_still_be_read(scanned):
    done = _with_read_only(scanned, [sys.executable, "-m", "triage", "status", str(scanned)])
    assert done.returncode == 0, done.stderr


def _with_read_only(folder, command):
    """Run a command while a folder cannot be written: by permissions, or by a read-only mount for the superuser."""
    if not hasattr(os, "geteuid"):
        pytest.skip("POSIX permissions")
    if os.geteuid() != 0:
        for path in [*folder.rglob("*"), folder]:
            path.chmod(0o555 if path.is_dir() else 0o444)
    else:
        mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        probe = subprocess.run(
            ["unshare", "-m", "sh", "-c", mount, str(folder), "true"], check=False, capture_output=True
        )
        if probe.returncode:
            pytest.skip("the superuser may write everywhere, and no mount namespace can be made here")
        command = ["unshare", "-m", "sh", "-c", mount, str(folder), *command]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_names_from_evidence_cannot_drive_the_terminal(tmp_path, capsys):
    source = tmp_path / "evil"
    source.mkdir()
    (source / "a\x1b[31m\u202egpj.exe").write_bytes(b"notable")
    digests = tmp_path / "l.txt"
    digests.write_text(hashlib.sha256(b"notable").hexdigest() + "\n")
    main(["list", "import", str(digests), "--name", "l"])
    main(["scan", str(tmp_path / "case"), str(source), "--list", "l", "--workers", "1"])
    capsys.readouterr()
    assert main(["status", str(tmp_path / "case")]) == 0
    out = capsys.readouterr().out
    assert "\\u001b[31m" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_password_file_that_is_missing_is_named(tmp_path, source, capsys):
    assert main(["scan", str(tmp_path / "case"), str(source), "--password", f"@{tmp_path}/no"]) == 2
    assert "passwords cannot be read" in capsys.readouterr().err


def test_help_in_both_languages():
    for language, word in (("id", "barang bukti"), ("en", "exhibits")):
        done = subprocess.run(
            [sys.executable, "-m", "triage", "--help"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TRIAGE_LANG": language},
        )
        assert word in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(tmp_path):
    source = tmp_path / "many"
    for number in range(3000):
        place = source / f"d{number % 60}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.txt").write_text(str(number) * 50)
    command = [sys.executable, "-m", "triage", "scan", str(tmp_path / "case"), str(source), "--workers", "1", "--json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not _examined(tmp_path / "case"):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, messages = running.communicate(timeout=60)
    assert running.returncode == 130, messages
    assert "Traceback" not in messages
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["runs"][0]["coverage"]["pending"] == 0


def _examined(case):
    try:
        with sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM content").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        if "database" in locals():
            database.close()
