"""One fixture of every extractor that reads traces of use."""

from making import browsers, download_marks

FIXTURES = {
    "download-marks": ("._foto.jpg", lambda path: path.write_bytes(download_marks.marked())),
    "chromium-history": ("History", browsers.make_chromium_history),
    "chromium-bookmarks": ("Bookmarks", browsers.make_bookmarks),
    "chromium-logins": ("Login Data", browsers.make_login_data),
    "firefox-places": ("places.sqlite", browsers.make_places),
    "safari-history": ("History.db", browsers.make_safari_history),
    "safari-lists": ("Bookmarks.plist", lambda path: path.write_bytes(browsers.safari_lists())),
}
