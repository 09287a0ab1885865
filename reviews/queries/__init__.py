"""Reads of the ground floor that join things up; what upper floors import."""
