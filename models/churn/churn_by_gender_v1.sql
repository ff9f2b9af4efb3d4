-- One row per portfolio × gender: churn rate with counts and 95 % interval.
{{ churn_by('gender') }}
