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
    where model_variant = 'logistic_regression'
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

{% if is_incremental() -%}
known as (
    select distinct
        portfolio,
        snapshot_date
    from {{ this }}
),
{%- endif %}

final as (
    select dated.*
    from dated
    {%- if is_incremental() %}
    left join known on dated.portfolio = known.portfolio and dated.snapshot_date = known.snapshot_date
    where dated.snapshot_date is not null and (known.portfolio is null or {{ is_loading(portfolio='dated.portfolio', day='dated.snapshot_date') }})
    {%- else %}
    where dated.snapshot_date is not null
    {%- endif %}
)

select * from final
