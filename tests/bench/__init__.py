"""`make bench`: the bars of speed, measured as ratios within one run on one machine. Never part of the suite."""
