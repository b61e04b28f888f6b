"""Signal's own formats: frames of the Android backup, tables of Android and of the desktop program."""
