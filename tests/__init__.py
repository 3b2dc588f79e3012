"""The tests of vexec."""
