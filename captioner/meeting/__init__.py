"""One meeting from sound to store: where sound and words meet."""
