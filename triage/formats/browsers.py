"""Which browser a file belongs to, and whose profile it is: both stand in its path.

Folders as the browsers make them (mark B). A path that names none gives the name of the family.
"""

from __future__ import annotations

import re

from triage.formats.spaces import space_of

_BROWSERS: tuple[tuple[str, str], ...] = (
    (r"/com\.android\.chrome/|/com\.google\.chrome\.ios/|/Google/Chrome/|/google-chrome/", "Chrome"),
    (r"/com\.chrome\.(?:beta|dev|canary)/|/Google/Chrome (?:Beta|Dev|SxS|Canary)/", "Chrome (test channel)"),
    (r"/com\.microsoft\.emmx/|/Microsoft/Edge/|/Microsoft Edge/|/microsoft-edge/", "Edge"),
    (r"/com\.brave\.browser[^/]*/|/Brave-Browser/", "Brave"),
    (r"/com\.sec\.android\.app\.sbrowser[^/]*/", "Samsung Internet"),
    (r"/com\.opera\.(?:browser|gx|touch)[^/]*/|/Opera Software/", "Opera"),
    (r"/com\.opera\.mini[^/]*/", "Opera Mini"),
    (r"/com\.kiwibrowser\.browser/", "Kiwi"),
    (r"/com\.vivaldi\.browser/|/Vivaldi/", "Vivaldi"),
    (r"/com\.yandex\.browser/|/YandexBrowser/", "Yandex"),
    (r"/com\.UCMobile[^/]*/", "UC Browser"),
    (r"/com\.(?:mi\.globalbrowser|android\.browser)/", "Mi Browser"),
    (r"/com\.duckduckgo\.mobile\.android/", "DuckDuckGo"),
    (r"/org\.torproject\.torbrowser[^/]*/|/Tor Browser/", "Tor Browser"),
    (r"/org\.mozilla\.focus/|/org\.mozilla\.klar/", "Firefox Focus"),
    (r"/org\.mozilla\.(?:fenix|firefox)[^/]*/|/Mozilla/Firefox/|/\.mozilla/firefox/|/Firefox/Profiles/", "Firefox"),
    (r"/Chromium/|/chromium/", "Chromium"),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _BROWSERS)
_PROFILES = re.compile(
    r"/(?:User Data|Chrome|Chromium|Brave-Browser|Microsoft Edge|app_chrome|app_sbrowser|Profiles|firefox)/([^/]+)/[^/]+\Z"
)
_USERS = re.compile(r"/(?:Users|Documents and Settings|home)/([^/]+)/")


def browser_of(path: str, family: str) -> str:
    """The name of the browser whose folder a file lies in; else `family`."""
    return next((name for pattern, name in _COMPILED if pattern.search(path)), family)


def profile_of(path: str) -> str | None:
    """Whose profile it is, as far as the path says: user of the computer or space of the phone, and name of the profile."""
    user = _USERS.search(path)
    profile = _PROFILES.search(path)
    parts = [user[1] if user else space_of(path), profile[1] if profile and profile[1] != "Default" else None]
    return " / ".join(part for part in parts if part) or None
