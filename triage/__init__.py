"""Sigap: offline-first forensic triage of disk images and phone dumps."""

__version__ = "0.1.0"
