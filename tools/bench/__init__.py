"""The bench: what the performance budgets ask for, measured beside their floor in the same run."""
