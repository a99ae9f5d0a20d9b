"""The sound server of Linux: what it has, and recording from it without ever recording something else."""
