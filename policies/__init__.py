"""The CrossGuard policy pack, one rule family a file."""
