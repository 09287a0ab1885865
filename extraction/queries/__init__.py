"""Reads of this floor that join things up; what the synthesis floor imports."""
