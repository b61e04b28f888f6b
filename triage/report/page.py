"""The page: one HTML file that opens by double click, with everything in it and nothing that reaches out of it."""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from triage import __version__
from triage.assets import report_asset
from triage.report import shown
from triage.report.conversations import conversations
from triage.report.gallery import gallery
from triage.report.hits import hit_cards
from triage.report.masking import masking
from triage.report.origins import origin_section
from triage.report.sections import overview
from triage.report.traces import trace_section
from triage.sentences import told
from triage.statements.names import OTHER
from triage.text import Say

if TYPE_CHECKING:
    from pathlib import Path

    from triage.report.masking import Masking
    from triage.report.sections import Frame

PAGES = {"id": "laporan.html", "en": "report.html"}


def write_page(frame: Frame, folder: Path) -> None:
    """Write the page in the frame's language into the folder. Raises OSError, CaseError."""
    over = overview(frame)
    style = _style(frame, fictional=over.fictional)
    cards, media = (
        hit_cards(frame.queries),
        gallery(frame.queries, frame.images, masking(frame.queries, Say(frame.language), shown=frame.wish.identities)),
    )
    page = (
        environment(frame)
        .get_template("report.html.j2")
        .stream(
            frame=frame,
            version=__version__,
            style=Markup(style),  # noqa: S704  # our own style sheet and hexadecimal digits, nothing of the evidence
            policy=_policy(style),
            over=over,
            cards=cards,
            listed={card.file.id: card.number for card in cards.rows},
            talks=conversations(frame.queries),
            media=media,
            traces=trace_section(frame.queries),
            origins=origin_section(frame.queries, [card.file.id for card in cards.rows]),
            tiles={tile.media.entry_id: tile.media.id for tile in media.rows},
        )
    )
    with (folder / PAGES[frame.language]).open("w", encoding="utf-8", newline="\n") as stream:
        page.enable_buffering(64)
        stream.writelines(page)


def environment(frame: Frame) -> jinja2.Environment:
    """Templates of the report in the frame's language, with everything from evidence escaped and shown as it is."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(report_asset()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = Say(frame.language)
    mask = masking(frame.queries, say, shown=frame.wish.identities)
    environment.globals["say"] = say
    environment.globals["fact_label"] = functools.partial(_fact_label, say)
    environment.filters.update(
        name=lambda text, **how: shown.name(_masked(text, mask), say, **how),
        body=lambda text, **how: shown.body(_masked(text, mask), say, **how),
        masked=mask,
        action=functools.partial(shown.action, say=say),
        moment=functools.partial(shown.moment, say=say),
        number=functools.partial(shown.number, language=frame.language),
        size=functools.partial(shown.size, language=frame.language),
        told=functools.partial(told, language=frame.language),
        degrees=lambda value: f"{value:.6f}",
    )
    return environment


def _fact_label(say: Say, key: str) -> str:
    """What a fact of the case is called; an agency's own by its own name."""
    named = (name for name in (f"paper.case_{key}", f"report.fact_{key}") if say.has(name))
    return next((say(name) for name in named), key.removeprefix(OTHER))


def _masked(text: object, mask: Masking) -> str | None:
    return None if text is None else mask(str(text))


def _style(frame: Frame, *, fictional: bool) -> str:
    """The style sheet with the foot of the printed page: the custody head in it anchors the log on paper."""
    number, digest = frame.head
    say = Say(frame.language)
    foot = say("report.foot", number=number, digest=digest, version=__version__)
    if fictional:
        foot = f"{say('report.fictional_foot')} · {foot}"
    assert '"' not in foot
    assert "\\" not in foot
    return report_asset("report.css").read_text(encoding="utf-8").replace("@FOOT@", foot)


def _policy(style: str) -> str:
    """The content security policy: this one style sheet, pictures inside the page, nothing else (CSP Level 3)."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
