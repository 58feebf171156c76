"""The words of evidence checked at its sources."""
