-- One row per scored client × snapshot that was published: the probability as it stood then, the model that gave
-- it, and what it is a probability of. A snapshot that came into history after a later one was never published and has
-- none.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ kept_by_month() }}
with scores as (
    select * from {{ ref('client_churn_scores') }}
    where churn_probability is not null
),

dated as (
    select
        client_key,
        churn_probability,
        model_version,
        churn_definition,
        horizon_days,
        portfolio,
        {{ snapshot_date_of('portfolio') }} as snapshot_date
    from scores
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
