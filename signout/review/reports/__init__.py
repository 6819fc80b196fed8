"""What a review says, in the formats that people and programs read."""
