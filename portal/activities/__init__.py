"""What earns points: events, rules, expectations."""
