"""The captions over everything else."""
