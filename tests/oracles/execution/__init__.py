"""The oracle for structs, methods and functions."""
