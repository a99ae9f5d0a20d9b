"""Exit codes: part of the command line's contract."""

DONE = 0
REFUSED = 2
"""Something could not be done; one line on stderr names the cause and the cure."""
INTERRUPTED = 130
"""Told to stop before there was anything to drain, or told twice."""
