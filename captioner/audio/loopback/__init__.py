"""What the computer plays: one file a system behind one port."""
