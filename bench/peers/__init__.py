"""One program a tool: reads policies, prints the seconds that each took. Runs in an environment of its own."""
