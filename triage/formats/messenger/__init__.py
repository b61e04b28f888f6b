"""The databases of Facebook Messenger, one generation a module."""

APP = "Messenger"
