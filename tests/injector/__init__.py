"""Tests of the injector."""
