"""Tests of what a review reports."""
