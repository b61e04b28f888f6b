"""`--verify-image`: the digest of the whole medium against what is stored and what is expected; a mismatch stops nothing."""

import gzip
import hashlib
import json

import pytest
from corpus import corpus_file
from synthetic import make_evidence

from triage.case import Case
from triage.errors import UserError
from triage.model import Examined, Status
from triage.queries import Queries
from triage.report import ReportWish, verify, write_report
from triage.run import expected_digests, run
from triage.settings import Settings
from triage.workers import Workers

WANTED = Settings(workers=1, verify_image=True)


class NoWorkers:
    """Takes every entry for examined: what verification needs of a run, without the time that processes take."""

    places, running = 1, 0

    def __init__(self, task):
        self._done = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def submit(self, batch):
        self._done.append((batch, [Examined(entry_id=entry.id, status=Status.EXAMINED) for entry in batch]))
        self.running = 1

    def collect(self, timeout):
        done, self._done, self.running = self._done, [], 0
        return done


def scan(folder, source, settings=WANTED, pool=NoWorkers, **more):
    with Case.open_or_create(folder, actor="tester") as case:
        result = run(case, source, exhibit="A1", settings=settings, pool=pool, **more)
    queries = Queries(folder)
    images, problems = queries.images(), [row for row in queries.problems() if row.stage == "verify-image"]
    events = [event for event in queries.custody() if event.action.startswith("image.")]
    queries.close()
    return result, images, problems, events


def disk(tmp_path):
    path = tmp_path / "disk.dd"
    path.write_bytes(bytes(range(256)) * 8192)
    return path, path.read_bytes()


def test_an_image_with_a_stored_digest_is_verified(tmp_path):
    source = corpus_file("images", "dfvfs", "ext2.E01")
    result, (image,), problems, (asked, found) = scan(tmp_path / "case", source, pool=Workers)
    assert (result.outcome, image.outcome, problems) == ("done", "fits", [])
    (compared,) = image.compared
    assert (compared["digest"], compared["origin"], compared["fits"]) == ("md5", "stored", True)
    assert compared["value"] == image.digests["md5"]
    assert (asked.action, found.action) == ("image.verify", "image.verified")
    assert found.data["outcome"] == "fits"
    assert image.bytes == found.data["bytes"] == 4194304


def test_a_digest_that_is_expected_is_compared(tmp_path):
    source, content = disk(tmp_path)
    right, wrong = hashlib.sha256(content).hexdigest(), hashlib.sha1(b"other").hexdigest()
    _, (image,), problems, _ = scan(
        tmp_path / "one", source, Settings(verify_image=True, expected=(f"sha256:{right}",))
    )
    assert (image.outcome, image.digests["sha256"], problems) == ("fits", right, [])
    result, (image,), (problem,), (_, found) = scan(
        tmp_path / "two", source, Settings(verify_image=True, expected=(f"sha256:{right}", f"sha1:{wrong}"))
    )
    assert (result.outcome, image.outcome) == ("done", "differs")
    assert hashlib.sha1(content).hexdigest() in problem.message
    assert wrong in problem.message
    assert found.data["outcome"] == "differs"


def test_without_anything_to_compare_with_the_digests_are_kept(tmp_path):
    source, content = disk(tmp_path)
    packed = tmp_path / "disk.gz"
    packed.write_bytes(gzip.compress(content))
    for name, path in (("one", source), ("two", packed)):
        _, (image,), problems, _ = scan(tmp_path / name, path)
        assert (image.outcome, problems) == ("nothing_stored", [])
        assert image.digests == {
            "md5": hashlib.md5(content).hexdigest(),
            "sha256": hashlib.sha256(content).hexdigest(),
        }


def test_a_folder_has_no_medium(tmp_path):
    (tmp_path / "source").mkdir()
    _, (image,), (problem,), _ = scan(tmp_path / "case", make_evidence(tmp_path / "source"))
    assert (image.outcome, problem.kind) == ("no_image", "unsupported")


def test_it_is_done_once_and_also_for_a_case_that_was_finished_before(tmp_path):
    source, _ = disk(tmp_path)
    _, images, _, events = scan(tmp_path / "case", source, Settings(workers=1))
    assert (images, events) == ([], [])
    for _ in range(2):
        result, images, _, events = scan(tmp_path / "case", source)
        assert (result.fresh, len(images), len(events)) == (False, 1, 2)


def test_a_stop_while_it_reads_leaves_it_to_be_done(tmp_path):
    source, _ = disk(tmp_path)
    scan(tmp_path / "case", source, Settings(workers=1))
    result, images, _, _ = scan(tmp_path / "case", source, stop=lambda: True)
    assert (result.outcome, images) == ("stopped", [])
    result, (image,), _, _ = scan(tmp_path / "case", source)
    assert (result.outcome, image.outcome) == ("done", "nothing_stored")


def test_report_and_verification_say_it(tmp_path):
    source, _ = disk(tmp_path)
    scan(tmp_path / "case", source, Settings(verify_image=True, expected=("md5:" + "0" * 32,)))
    with Case.open(tmp_path / "case", actor="tester") as case:
        written = write_report(case, ReportWish(language="en", formats=("html",), images="none"), out=tmp_path / "out")
    page = next(path for path in written.files if path.suffix == ".html").read_text()
    assert "DOES NOT FIT" in page
    assert "0" * 32 in page
    checks = [check for check in verify(tmp_path / "case").checks if check.words.startswith("image_")]
    assert [(check.words, check.ok) for check in checks] == [("image_differs", False)]


def test_expected_digests_are_read_as_people_write_them():
    sha = "ab" * 32
    assert expected_digests([f"SHA-256:{sha.upper()}", "MD5:" + "0" * 32, "f" * 40]) == {
        "sha256": sha,
        "md5": "0" * 32,
        "sha1": "f" * 40,
    }
    for text in ("sha256:12", "crc:00", "nothing", "md5:" + "0" * 40):
        with pytest.raises(UserError, match="no digest"):
            expected_digests([text])


def test_the_facts_of_a_case_do_not_hold_it(tmp_path):
    source, _ = disk(tmp_path)
    scan(tmp_path / "case", source)
    queries = Queries(tmp_path / "case")
    assert not [name for name in queries.facts() if name.startswith("image")]
    assert json.dumps(queries.facts())
    queries.close()
