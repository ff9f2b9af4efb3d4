-- One row per portfolio × activity: churn rate with counts and 95 % interval.
{{ churn_by('is_active', 'boolean') }}
