"""One fixture of every extractor that reads traces of use."""

from making import browsers, download_marks, more_use, sharing, streams, timelines, use, vaults


def _file(make):
    def write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())

    return write


FIXTURES = {
    "download-marks": ("._foto.jpg", lambda path: path.write_bytes(download_marks.marked())),
    "chromium-history": ("History", browsers.make_chromium_history),
    "chromium-bookmarks": ("Bookmarks", browsers.make_bookmarks),
    "chromium-logins": ("Login Data", browsers.make_login_data),
    "firefox-places": ("places.sqlite", browsers.make_places),
    "safari-history": ("History.db", browsers.make_safari_history),
    "safari-lists": ("Bookmarks.plist", _file(browsers.safari_lists)),
    "emule-files": ("known.met", _file(sharing.known_met)),
    "emule-searches": ("AC_SearchStrings.dat", _file(sharing.searches)),
    "emule-user": ("preferences.dat", _file(sharing.user_hash)),
    "bittorrent": ("resume.dat", _file(sharing.resume_dat)),
    "ares": ("ShareH.dat", _file(sharing.ares_history)),
    "shareaza": ("Library1.dat", _file(sharing.shareaza)),
    "android-programs": ("packages.xml", _file(use.packages_abx)),
    "play-programs": ("localappstate.db", use.make_localappstate),
    "apple-programs": ("iTunesMetadata.plist", _file(use.itunes_metadata)),
    "apple-program-state": ("applicationState.db", use.make_application_state),
    "android-networks": ("WifiConfigStore.xml", _file(lambda: use.WIFI)),
    "apple-networks": ("com.apple.wifi.known-networks.plist", _file(use.known_networks)),
    "android-notifications": ("notification_history/history/1772000000000", _file(use.notification_history)),
    "apple-notifications": ("DeliveredNotifications.plist", _file(use.delivered_notifications)),
    "android-usage": ("usagestats/0/daily/1772000000000", _file(use.usage_pooled)),
    "android-recents": ("12_task.xml", _file(use.recent_task)),
    "apple-usage": ("knowledgeC.db", use.make_knowledge),
    "apple-network-use": ("netusage.sqlite", use.make_network_use),
    "apple-interactions": ("interactionC.db", use.make_interactions),
    "apple-places": ("Cache.sqlite", use.make_routined),
    "apple-network-places": ("cache_encryptedB.db", use.make_cells),
    "android-places": ("da_destination_history", use.make_destinations),
    "vault-files": ("/com.thinkyeah.galleryvault/databases/galleryvault.db", vaults.make_vaults),
    "cloud-files": ("/app_cello/x/cello.db", vaults.make_cloud),
    "samsung-clipboard": ("ClipItem.db", vaults.make_clips),
    "device-resets": ("/shared_prefs/setup_wizard_info.xml", _file(lambda: vaults.WIZARD)),
    "google-timeline": ("Timeline.json", _file(timelines.phone)),
    "android-timeline": ("odlh-storage.db", timelines.make_odlh),
    "apple-biome-use": ("/Library/Biome/streams/restricted/App.InFocus/local/1", _file(streams.focus)),
    "apple-biome-notifications": (
        "/Library/Biome/streams/restricted/Notification.Usage/local/1",
        _file(streams.notifications),
    ),
    "apple-biome-pages": ("/Library/Biome/streams/restricted/Safari.Navigations/local/1", _file(streams.navigations)),
    "apple-biome-networks": ("/Library/Biome/streams/restricted/Device.Wireless.WiFi/local/1", _file(streams.wireless)),
    "apple-biome-places": ("/Library/Biome/streams/restricted/App.LocationActivity/local/1", _file(streams.places)),
    "apple-screen-time": ("RMAdminStore-Local.sqlite", more_use.make_screen_time),
    "android-wellbeing": ("/com.google.android.apps.wellbeing/databases/app_usage", more_use.make_wellbeing),
    "safari-tabs": ("SafariTabs.db", more_use.make_tabs),
    "firefox-old": ("/files/mozilla/x.default/browser.db", more_use.make_old_firefox),
    "samsung-internet": ("SBrowser.db", more_use.make_samsung_internet),
    "apple-photo-places": ("Photos.sqlite", use.make_photos),
}
