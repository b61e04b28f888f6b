"""The stand-alone page that checks a bundle in any browser, offline: `verify.html`.

It carries everything it needs: SHA-256, SHA-512 and Ed25519 of its own (a browser may offer none of them to a page opened from a disk),
the rules of the check, both languages. Its policy allows its own style and script by their digests and nothing else (CSP Level 3).
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from triage.assets import report_asset
from triage.text import LANGUAGES, Say, table

if TYPE_CHECKING:
    from pathlib import Path

VERIFY_PAGE = "verify.html"
SCRIPTS = ("sha2.js", "ed25519.js", "check.js", "page.js")
TEXTS = "verify_page"


def write_verify_page(folder: Path, language: str) -> None:
    """Write the page; it opens in `language` where the browser's own is neither of ours. Raises OSError."""
    (folder / VERIFY_PAGE).write_text(verify_page(language), encoding="utf-8", newline="\n")


def verify_page(language: str) -> str:
    """The page as text."""
    style, script = _asset("page.css"), "".join(_asset(name) for name in SCRIPTS)
    texts = json.dumps({each: table(TEXTS, each) for each in LANGUAGES}, sort_keys=True)
    policy = f"default-src 'none'; script-src {sealed(script)}; style-src {sealed(style)}; base-uri 'none'; form-action 'none'"
    return _environment().get_template("verify.html.j2").render(
        language=language,
        policy=policy,
        say=Say(language),
        style=own(style),
        script=own(script),
        texts=own(texts.replace("<", "\\u003c")),
    )  # fmt: skip


def sealed(text: str) -> str:
    """A source of a content security policy that allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def own(text: str) -> Markup:
    """Text that goes into a page as it is."""
    return Markup(text)  # noqa: S704  # our own files, nothing of the evidence


def _asset(name: str) -> str:
    return report_asset("verify", name).read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(report_asset("verify"))
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
