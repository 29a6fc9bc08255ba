"""The verbs of accounts, one file a noun."""
