"""References and sources: what is asked for, and fetching it."""
