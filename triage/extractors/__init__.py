"""The extractors, in the order in which they read an item. A new one is a module here and one line in `EXTRACTORS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.extractors.accounts_android import AndroidAccounts
from triage.extractors.accounts_apple import AppleAccounts
from triage.extractors.animated import AnimatedPictures
from triage.extractors.appended_data import AppendedData
from triage.extractors.ares import Ares
from triage.extractors.assumed_messages import AssumedMessages
from triage.extractors.biome_networks_apple import AppleBiomeNetworks
from triage.extractors.biome_notifications_apple import AppleBiomeNotifications
from triage.extractors.biome_pages_apple import AppleBiomePages
from triage.extractors.biome_places_apple import AppleBiomePlaces
from triage.extractors.biome_use_apple import AppleBiomeUse
from triage.extractors.bittorrent import BitTorrent
from triage.extractors.calllog_android import AndroidCalls
from triage.extractors.calls_apple import AppleCalls
from triage.extractors.chromium_bookmarks import ChromiumBookmarks
from triage.extractors.chromium_history import ChromiumHistory
from triage.extractors.chromium_logins import ChromiumLogins
from triage.extractors.clipboard_samsung import SamsungClipboard
from triage.extractors.cloud_files import CloudFiles
from triage.extractors.contact_cards import ContactCards
from triage.extractors.contacts_android import AndroidContacts
from triage.extractors.contacts_apple import AppleContacts
from triage.extractors.device_android import AndroidDevice
from triage.extractors.device_apple import AppleDevice
from triage.extractors.device_resets import DeviceResets
from triage.extractors.discord import Discord
from triage.extractors.download_marks import DownloadMarks
from triage.extractors.emule_files import EmuleFiles
from triage.extractors.emule_searches import EmuleSearches
from triage.extractors.emule_user import EmuleUser
from triage.extractors.firefox_old import FirefoxOld
from triage.extractors.firefox_places import FirefoxPlaces
from triage.extractors.gallery_android import AndroidGallery
from triage.extractors.gallery_apple import AppleGallery
from triage.extractors.gallery_google import GoogleGallery
from triage.extractors.gallery_samsung import SamsungGallery
from triage.extractors.google_messages import GoogleMessages
from triage.extractors.imessage import AppleMessages
from triage.extractors.imo import Imo
from triage.extractors.instagram import Instagram
from triage.extractors.interactions_apple import AppleInteractions
from triage.extractors.kakaotalk import KakaoTalk
from triage.extractors.kik import Kik
from triage.extractors.line import Line
from triage.extractors.messenger import Messenger
from triage.extractors.network_use_apple import AppleNetworkUse
from triage.extractors.networks_android import AndroidNetworks
from triage.extractors.networks_apple import AppleNetworks
from triage.extractors.notifications_android import AndroidNotifications
from triage.extractors.notifications_apple import AppleNotifications
from triage.extractors.photo import PhotoMetadata
from triage.extractors.places_android import AndroidPlaces
from triage.extractors.places_apple import ApplePlaces
from triage.extractors.places_network_apple import AppleNetworkPlaces
from triage.extractors.places_photos_apple import ApplePhotoPlaces
from triage.extractors.programs_android import AndroidPrograms
from triage.extractors.programs_apple import ApplePrograms
from triage.extractors.programs_play import PlayPrograms
from triage.extractors.programs_state_apple import AppleProgramState
from triage.extractors.quicklook_apple import QuickLookIndex
from triage.extractors.recents_android import AndroidRecents
from triage.extractors.safari_history import SafariHistory
from triage.extractors.safari_lists import SafariLists
from triage.extractors.safari_tabs import SafariTabs
from triage.extractors.samsung_internet import SamsungInternet
from triage.extractors.screen_time_apple import AppleScreenTime
from triage.extractors.search_windows import WindowsSearch
from triage.extractors.shareaza import Shareaza
from triage.extractors.signal_android import SignalAndroid
from triage.extractors.signal_apple import SignalApple
from triage.extractors.signal_desktop import SignalDesktop
from triage.extractors.signal_export import SignalExport
from triage.extractors.sim_android import AndroidSims
from triage.extractors.sim_apple import AppleSims
from triage.extractors.skype import Skype
from triage.extractors.sms_android import AndroidMessages
from triage.extractors.sms_backup_android import AndroidSmsBackup
from triage.extractors.sms_backup_xml import SmsBackupXml
from triage.extractors.snapchat import Snapchat
from triage.extractors.sounds import Sounds
from triage.extractors.sqlite_inventory import DatabaseInventory
from triage.extractors.telegram_android import TelegramAndroid
from triage.extractors.telegram_apple import TelegramApple
from triage.extractors.telegram_desktop import TelegramDesktop
from triage.extractors.telegram_export import TelegramExport
from triage.extractors.telegram_html import TelegramHtml
from triage.extractors.telegram_owner import TelegramOwner
from triage.extractors.tiktok import TikTok
from triage.extractors.timeline_android import AndroidTimeline
from triage.extractors.timeline_google import GoogleTimeline
from triage.extractors.ufdr_report import UfdrReport
from triage.extractors.usage_android import AndroidUsage
from triage.extractors.usage_apple import AppleUsage
from triage.extractors.vault_files import VaultFiles
from triage.extractors.viber import Viber
from triage.extractors.video import VideoFrames
from triage.extractors.wechat import WeChat
from triage.extractors.wellbeing_android import AndroidWellbeing
from triage.extractors.whatsapp_android import WhatsAppAndroid
from triage.extractors.whatsapp_apple import WhatsAppApple
from triage.extractors.whatsapp_apple_calls import WhatsAppAppleCalls
from triage.extractors.whatsapp_contacts import WhatsAppContacts
from triage.extractors.whatsapp_export import WhatsAppExport
from triage.extractors.whatsapp_owner import WhatsAppOwner
from triage.extractors.zalo import Zalo
from triage.filetype import is_database
from triage.formats.segb import is_segb

if TYPE_CHECKING:
    from triage.content import Item
    from triage.extractors.base import Extractor

TEXT = "text/plain"

# Asked about what is no plain text: pictures, films, sounds, archives.
_OF_MEDIA: tuple[Extractor, ...] = (PhotoMetadata(), AnimatedPictures(), AppendedData(), VideoFrames(), Sounds())
# Asked about every item: what they want has no type of its own.
_OF_ANYTHING: tuple[Extractor, ...] = (
    WhatsAppOwner(),
    WhatsAppExport(),
    SignalExport(),
    TelegramDesktop(),
    TelegramOwner(),
    TelegramExport(),
    TelegramHtml(),
    TelegramApple(),
    SignalAndroid(),
    SignalDesktop(),
    SignalApple(),
    Viber(),
    WeChat(),
    Discord(),
    SmsBackupXml(),
    AndroidSmsBackup(),
    ContactCards(),
    AppleSims(),
    UfdrReport(),
    WindowsSearch(),
    AndroidDevice(),
    AppleDevice(),
    EmuleFiles(),
    EmuleSearches(),
    EmuleUser(),
    BitTorrent(),
    Ares(),
    Shareaza(),
    AndroidPrograms(),
    ApplePrograms(),
    AndroidNetworks(),
    AppleNetworks(),
    AndroidNotifications(),
    AppleNotifications(),
    AndroidUsage(),
    DeviceResets(),
    GoogleTimeline(),
    AndroidRecents(),
    ChromiumBookmarks(),
    SafariLists(),
    DownloadMarks(),
)
# Asked about the streams of Apple's Biome alone (SEGB files).
_OF_STREAMS: tuple[Extractor, ...] = (
    AppleBiomeUse(),
    AppleBiomeNotifications(),
    AppleBiomePages(),
    AppleBiomeNetworks(),
    AppleBiomePlaces(),
)
# Asked about databases alone: most of what a disk holds is none, and asking each of them costs.
_OF_DATABASES: tuple[Extractor, ...] = (
    WhatsAppAndroid(),
    WhatsAppApple(),
    WhatsAppAppleCalls(),
    WhatsAppContacts(),
    TelegramAndroid(),
    AndroidMessages(),
    AppleMessages(),
    Skype(),
    Kik(),
    Imo(),
    GoogleMessages(),
    Line(),
    Messenger(),
    Instagram(),
    TikTok(),
    Snapchat(),
    KakaoTalk(),
    Zalo(),
    AndroidCalls(),
    AppleCalls(),
    AndroidContacts(),
    AppleContacts(),
    AndroidAccounts(),
    AppleAccounts(),
    AndroidSims(),
    PlayPrograms(),
    AppleProgramState(),
    AppleUsage(),
    AppleScreenTime(),
    AndroidWellbeing(),
    AppleNetworkUse(),
    AppleInteractions(),
    ApplePlaces(),
    AppleNetworkPlaces(),
    AndroidPlaces(),
    AndroidTimeline(),
    ApplePhotoPlaces(),
    AndroidGallery(),
    SamsungGallery(),
    QuickLookIndex(),
    GoogleGallery(),
    AppleGallery(),
    ChromiumHistory(),
    ChromiumLogins(),
    FirefoxPlaces(),
    SafariHistory(),
    SafariTabs(),
    FirefoxOld(),
    SamsungInternet(),
    VaultFiles(),
    CloudFiles(),
    SamsungClipboard(),
)
# These read what no other one does.
_LAST: tuple[Extractor, ...] = (AssumedMessages(), DatabaseInventory())

EXTRACTORS: tuple[Extractor, ...] = (*_OF_MEDIA, *_OF_ANYTHING, *_OF_STREAMS, *_OF_DATABASES, *_LAST)


def wanted_by(item: Item) -> tuple[Extractor, ...]:
    """The extractors that read this item, in order. Only where no app extractor wants a database do the last two read it."""
    database = is_database(item.mime)
    known = [] if item.mime == TEXT else [extractor for extractor in _OF_MEDIA if extractor.wants(item)]
    known += [extractor for extractor in _OF_ANYTHING if extractor.wants(item)]
    if is_segb(item.head):
        known += [extractor for extractor in _OF_STREAMS if extractor.wants(item)]
    if database:
        known += [extractor for extractor in _OF_DATABASES if extractor.wants(item)]
    return tuple(known) if database and known else (*known, *wanted_after_all(item))


def wanted_after_all(item: Item) -> tuple[Extractor, ...]:
    """The extractors for a database of a known app whose schema turned out to be another one."""
    return tuple(extractor for extractor in _LAST if extractor.wants(item))
