"""What the desktop lets a program do, and how that is asked for."""
