"""The commands beside exec mode."""
