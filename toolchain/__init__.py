"""What stands before the package: `make setup`, the lock files, and a Pulumi command line where none is installed."""
