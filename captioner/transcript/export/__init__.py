"""A saved meeting as a file: one format a module, listed in `catalogue`."""
