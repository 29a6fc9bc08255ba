"""The ledger: entries, balances, the history page."""
