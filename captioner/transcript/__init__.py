"""What was said: rows, reading modes, the database, exports."""
