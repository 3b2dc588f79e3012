"""What becomes of values: the target's environment, and the forms that other programs read."""
