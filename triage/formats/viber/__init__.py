"""Viber's tables on Android, on iOS and on the desktop."""
