"""From fetched values to what the target, a shell or a file gets."""
