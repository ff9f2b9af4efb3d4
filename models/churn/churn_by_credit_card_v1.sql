-- One row per portfolio × credit card: churn rate with counts and 95 % interval.
{{ churn_by('has_credit_card', 'boolean') }}
