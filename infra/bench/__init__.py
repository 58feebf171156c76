"""`make bench`: what the house costs beside what it stands on, as ratios taken in one run."""
