"""Files and pictures: kept privately, checked and re-encoded."""
