-- One row per scored client × snapshot that was published: the probability as it stood then, the model that gave it,
-- what it is a probability of, its risk band, and what the plain model said. A snapshot that came into history after a
-- later one was never published and has none.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ kept_by_month() }}
with scores as (
    select * from {{ ref('client_churn_scores') }}
    where churn_probability is not null
),

baselines as (
    select * from {{ ref('int_churn_model_out_of_fold') }}
    where model_variant = 'logistic_regression' and evaluation in ('out_of_fold', 'ahead')
),

dated as (
    select
        scores.client_key,
        scores.churn_probability,
        scores.model_version,
        scores.churn_definition,
        scores.horizon_days,
        scores.risk_band,
        baselines.predicted_probability as baseline_probability,
        scores.portfolio,
        {{ snapshot_date_of('scores.portfolio') }} as snapshot_date
    from scores
    left join baselines on scores.portfolio = baselines.portfolio and scores.client_key = baselines.client_key
),

{{ as_first_published() }}

select * from final
