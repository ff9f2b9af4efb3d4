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

snapshots as (
    select * from {{ ref('int_periods') }}
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

{{ left_by('forecasts', 'waiting', 'forecast_date') }}

select * from ended
