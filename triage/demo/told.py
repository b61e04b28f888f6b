"""A demo's result in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.demo.comparison import Comparison
    from triage.demo.self_test import SelfTest
    from triage.demo.steps import DemoResult
    from triage.demo.truth import Fact
    from triage.report import Verification
    from triage.text import Say


def lines(result: DemoResult, say: Say) -> list[str]:
    """Where the report lies, what was found, whether that equals the truth file, and how long each step took."""
    return [
        *_places(result, say),
        *_comparison(result.comparison, say),
        *_verification(result.verification, say),
        *_times(result, say),
    ]


def self_test_lines(result: SelfTest, say: Say) -> list[str]:
    """The verdict, what was found of what was planted, what the checks said."""
    verdict = say("demo.selftest_ok" if result.ok else "demo.selftest_not_ok", version=__version__)
    return [verdict, *_comparison(result.comparison, say), *_verification(result.verification, say)]


def _places(result: DemoResult, say: Say) -> Iterator[str]:
    yield say("demo.fictional")
    yield say("demo.case", folder=result.case)
    yield say("demo.report", path=result.report.files[0] if result.report.files else result.report.folder)
    yield say(
        "demo.summary", files=result.summary.files, deleted=result.summary.deleted, notable=result.summary.notable
    )


def _comparison(comparison: Comparison, say: Say) -> Iterator[str]:
    yield say("demo.equal" if comparison.equal else "demo.differs")
    for score in comparison.scores:
        yield "  " + say("demo.score", kind=say(f"demo.kind_{score.kind}"), found=score.found, planted=score.planted)
    for fact in comparison.missing:
        yield "  " + say("demo.missing", **_named(fact, say))
    for fact in comparison.unexpected:
        yield "  " + say("demo.unexpected", **_named(fact, say))


def _named(fact: Fact, say: Say) -> dict[str, str]:
    exhibit = f" ({fact.exhibit})" if fact.exhibit else ""
    return {"kind": say(f"demo.kind_{fact.kind}"), "what": _printable(fact.shown), "exhibit": exhibit}


def _verification(verification: Verification, say: Say) -> Iterator[str]:
    yield say("demo.verified" if verification.ok else "demo.not_verified", checks=len(verification.checks))
    for check in verification.checks:
        if check.ok is False:
            yield f"  {check.text(say)}"


def _times(result: DemoResult, say: Say) -> Iterator[str]:
    yield say("demo.times", seconds=_seconds(sum(each.seconds for each in result.timings), say))
    for each in result.timings:
        yield "  " + say(f"demo.step_{each.step}", seconds=_seconds(each.seconds, say), subject=each.subject)


def _seconds(value: float, say: Say) -> str:
    text = f"{value:.2f}"
    return text.replace(".", ",") if say.language == "id" else text


def _printable(text: str) -> str:
    """Names come from evidence: one line, no control characters."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
