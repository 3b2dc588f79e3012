"""The real servers that the tests run against, and the little that stands in for their faults."""
