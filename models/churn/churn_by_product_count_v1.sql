-- One row per portfolio × number of products: churn rate with counts and 95 % interval.
{{ churn_by('product_count', 'integer') }}
