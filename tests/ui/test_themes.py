"""Both themes can be read: contrast by WCAG 2.2, switched at once, remembered, and the one home of colours."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette

from triage.ui.remembered import recall
from triage.ui.themes import DARK, LIGHT, NAMES, colours, kind_colours, palette_of, sign

UI = Path(__file__).resolve().parents[2] / "triage" / "ui"
TEXTS = (  # what is written on what
    ("WindowText", "Window"), ("Text", "Base"), ("Text", "AlternateBase"), ("ButtonText", "Button"), ("PlaceholderText", "Base"),
    ("HighlightedText", "Highlight"), ("ToolTipText", "ToolTipBase"), ("Link", "Base"), ("Link", "Window"), ("LinkVisited", "Base"),
    ("BrightText", "Window"), ("PlaceholderText", "Window"),
)  # fmt: skip


def luminance(colour):
    """Relative luminance by WCAG 2.2, of sRGB."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_the_standard_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read_on_its_ground(theme, text, ground):
    given = colours(theme)["palette"]
    assert contrast(given[text], given[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_signs_and_kinds_stand_out(theme):
    given = colours(theme)
    signs, grounds = given["signs"], [given["palette"][name] for name in ("Base", "Window")]
    for name in ("match", "open", "calm"):
        assert contrast(signs["on_sign"], signs[name]) >= 4.5, name
        assert min(contrast(signs[name], ground) for ground in grounds) >= 4.5, name
    assert contrast(signs["on_found"], signs["found"]) >= 4.5
    assert contrast(signs["on_mark"], signs["mark"]) >= 4.5
    for name, colour in given["kinds"].items():
        assert contrast(colour, given["palette"]["Base"]) >= 3, name


def test_both_themes_name_the_same_colours():
    light, dark = colours(LIGHT), colours(DARK)
    assert {table: sorted(each) for table, each in light.items()} == {
        table: sorted(each) for table, each in dark.items()
    }


def test_the_parts_ask_by_name_and_get_those_of_the_theme_they_wear():
    for theme in (LIGHT, DARK):
        assert sign("match", palette_of(theme)) == QColor(colours(theme)["signs"]["match"])
        assert kind_colours(palette_of(theme))["call"] == QColor(colours(theme)["kinds"]["call"])


def test_colours_have_one_home():
    written = re.compile(r"QColor\((?:0x|\"#|[0-9])|GlobalColor\.(?!transparent)|setStyleSheet|#[0-9a-f]{6}")
    assert {path.name: found for path in UI.glob("*.py") if (found := written.findall(path.read_text()))} == {}


def test_the_theme_changes_at_once_and_is_remembered(qtbot, desktop):
    window = desktop()
    for name in NAMES[::-1]:
        window._entries[f"ui_theme.{name}"].trigger()
        base = QColor(colours(window.theme.name)["palette"]["Base"])
        qtbot.waitUntil(lambda base=base: window.palette().color(QPalette.ColorRole.Base) == base)
    window._entries["ui_theme.dark"].trigger()
    text = QColor(colours(DARK)["palette"]["Text"])
    qtbot.waitUntil(lambda: window.start.cases.palette().color(QPalette.ColorRole.Text) == text)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert recall().theme == "dark"
    assert desktop().theme.name == "dark"
