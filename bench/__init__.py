"""`make bench`: how long a start takes, beside other programs, in one run, as ratios."""
