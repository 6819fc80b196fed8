"""The command line: one command a file, which loads, calls, renders and sets the exit code."""
