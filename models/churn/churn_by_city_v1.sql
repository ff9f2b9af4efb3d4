-- One row per portfolio × city: churn rate with counts and 95 % interval.
{{ churn_by('city') }}
