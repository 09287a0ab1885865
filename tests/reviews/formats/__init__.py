"""Tests of reading and writing reference files."""
