"""The verbs of joining, one file a noun."""
