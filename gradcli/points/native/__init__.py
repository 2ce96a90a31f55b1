"""Machine code for many points: a C compiler where there is one, what it made kept for the next run."""
