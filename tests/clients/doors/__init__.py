"""One client program a file, and how it makes the two calls."""
