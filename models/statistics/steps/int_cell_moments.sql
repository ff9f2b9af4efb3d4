-- One row per cell × metric with a known value: n, mean and sum of squared deviations.
{{ config(materialized='table') }}

{%- set metrics = attribute_names('metric') %}
with cells as (
    select * from {{ ref('int_metric_cells') }}
),

moments as (
    {%- for metric in metrics %}
    select
        portfolio,
        cell_id,
        has_balance,
        '{{ metric }}' as metric,
        {{ metric }}_count as client_count,
        {{ metric }}_mean as mean,
        coalesce({{ metric }}_variance * ({{ metric }}_count - 1), 0e0) as squared_deviations
    from cells
    where {{ metric }}_count > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from moments
