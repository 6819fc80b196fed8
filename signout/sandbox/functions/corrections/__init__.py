"""What moto says about Lambda functions and Lambda does not: one file for each, with an `install` that mends it."""
