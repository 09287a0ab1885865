"""The fourth floor: analyses, figures and what is reported."""
