"""`make bench`: what the local_app costs beside what it stands on, as ratios taken in one run."""
