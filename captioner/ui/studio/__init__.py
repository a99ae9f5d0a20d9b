"""The window in which people choose how captions look."""
