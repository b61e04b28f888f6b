"""WhatsApp's own formats: its tables on Android and on Apple's systems, encrypted backups and text exports."""
