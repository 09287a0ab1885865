"""Tests, one folder per app, mirroring the house."""
