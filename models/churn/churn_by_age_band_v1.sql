-- One row per portfolio × age band: churn rate with counts and 95 % interval.
{{ churn_by('age_band') }}
