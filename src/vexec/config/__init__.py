"""From variables and options to one frozen `Config`."""
