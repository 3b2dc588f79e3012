"""The configuration: settings, their text, the environment they come from."""
