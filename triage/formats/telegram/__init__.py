"""Telegram's own formats: TL objects of the Android client, Postbox of iOS, exports of the desktop program."""
