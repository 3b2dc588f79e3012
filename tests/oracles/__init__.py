"""Programs in Go whose output is the expected value of a test, and what runs them."""
