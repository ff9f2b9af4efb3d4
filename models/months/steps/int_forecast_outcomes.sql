-- One row per forecast that this run settles × client whom it was about: what was said, and whether the client left by
-- the later snapshot: churned in any snapshot until then, or gone from that one (var `disappeared_counts_as_leaving`).
-- sqlfluff:exclude_rules:layout.indent,ambiguous.column_count
{{ config(enabled=has_months(), materialized='table') }}
{%- set groups = checked_groups() %}
{%- set kept = relation_built('int_forecast_figures') if not flags.FULL_REFRESH %}
with pairs as (
    select * from {{ ref('int_forecast_pairs') }}
),

scores as (
    select * from {{ ref('int_score_history') }}
),

persons as (
    select * from {{ ref('int_history_persons') }}
),

{% if kept -%}
settled as (
    select distinct
        portfolio,
        forecast_date,
        snapshot_date as outcome_date,
        settled_at
    from {{ kept }}
),

unsettled as (
    select distinct
        pairs.portfolio,
        pairs.outcome_date
    from pairs
    left join settled
        on
            pairs.portfolio = settled.portfolio
            and pairs.forecast_date = settled.forecast_date
            and pairs.outcome_date = settled.outcome_date
            and pairs.settled_at = settled.settled_at
    where settled.portfolio is null
),

-- What is kept is replaced by the later snapshot, so all forecasts that it settles are settled together.
waiting as (
    select pairs.*
    from pairs
    inner join unsettled on pairs.portfolio = unsettled.portfolio and pairs.outcome_date = unsettled.outcome_date
),
{%- else -%}
waiting as (
    select * from pairs
),
{%- endif %}

forecasts as (
    select
        waiting.*,
        scores.model_version,
        coalesce(scores.churn_definition, 'resembles_leavers') as churn_definition,
        scores.horizon_days,
        scores.churn_probability,
        scores.baseline_probability,
        scores.risk_band,
        persons.person_id,
        {%- for name in groups %}
        persons.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from waiting
    inner join scores on waiting.portfolio = scores.portfolio and waiting.forecast_date = scores.snapshot_date
    inner join persons
        on
            scores.portfolio = persons.portfolio
            and scores.snapshot_date = persons.snapshot_date
            and scores.client_key = persons.client_key
    where not coalesce(persons.is_churned, false)
),

later as (
    select
        waiting.portfolio,
        waiting.forecast_date,
        waiting.outcome_date,
        persons.person_id,
        max(case when persons.is_churned then 1 else 0 end) as has_churned,
        max(case when persons.snapshot_date = waiting.outcome_date then 1 else 0 end) as is_there
    from waiting
    inner join persons
        on
            waiting.portfolio = persons.portfolio
            and waiting.forecast_date < persons.snapshot_date
            and waiting.outcome_date >= persons.snapshot_date
    group by waiting.portfolio, waiting.forecast_date, waiting.outcome_date, persons.person_id
),

final as (
    select
        forecasts.*,
        case
            when later.has_churned = 1 then 1
            {%- if var('disappeared_counts_as_leaving') %}
            when coalesce(later.is_there, 0) = 0 then 1
            {%- endif %}
            else 0
        end as has_left
    from forecasts
    left join later
        on
            forecasts.portfolio = later.portfolio
            and forecasts.forecast_date = later.forecast_date
            and forecasts.outcome_date = later.outcome_date
            and forecasts.person_id = later.person_id
)

select * from final
