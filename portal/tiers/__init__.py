"""The ladder: tiers, progress, benefits."""
