"""The two example reviews, and the loader that drives the app's own verbs."""
