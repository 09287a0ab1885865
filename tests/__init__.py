"""Tests, one folder per app."""
