"""The agents' desk: queue, verdicts, adjustments."""
