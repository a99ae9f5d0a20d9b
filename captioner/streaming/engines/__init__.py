"""The speech engines behind one port: one file an engine."""
