"""One fixture of every extractor that reads traces of use."""

from making import browsers, download_marks, sharing


def _file(make):
    return lambda path: path.write_bytes(make())


FIXTURES = {
    "download-marks": ("._foto.jpg", lambda path: path.write_bytes(download_marks.marked())),
    "chromium-history": ("History", browsers.make_chromium_history),
    "chromium-bookmarks": ("Bookmarks", browsers.make_bookmarks),
    "chromium-logins": ("Login Data", browsers.make_login_data),
    "firefox-places": ("places.sqlite", browsers.make_places),
    "safari-history": ("History.db", browsers.make_safari_history),
    "safari-lists": ("Bookmarks.plist", lambda path: path.write_bytes(browsers.safari_lists())),
    "emule-files": ("known.met", _file(sharing.known_met)),
    "emule-searches": ("AC_SearchStrings.dat", _file(sharing.searches)),
    "emule-user": ("preferences.dat", _file(sharing.user_hash)),
    "bittorrent": ("resume.dat", _file(sharing.resume_dat)),
    "ares": ("ShareH.dat", _file(sharing.ares_history)),
    "shareaza": ("Library1.dat", _file(sharing.shareaza)),
}
