"""The batch job: rows of any table in, one scored row each out, in order, restartable, nothing dropped."""
