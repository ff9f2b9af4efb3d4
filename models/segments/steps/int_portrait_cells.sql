-- One row per portfolio × segment in each version × churn × city: counts and sums, in one scan of clients.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('int_segmented_clients') }}
),

cells as (
    select
        {%- for version in segment_versions() %}
        segment_v{{ version }},
        {%- endfor %}
        portfolio,
        churn_group,
        city,
        cast(count(*) as bigint) as all_client_count,
        cast(count(is_churned) as bigint) as client_count,
        {%- for share, conditions in portrait_shares().items() %}
        cast(count(*) filter (where {{ conditions[0] }}) as bigint) as {{ share }}_count,
        cast(count(*) filter (where {{ conditions[1] }}) as bigint) as {{ share }}_known_count,
        {%- endfor %}
        {%- for metric in attribute_names('portraits', ['whole_number', 'amount']) %}
        cast(count({{ metric }}) as bigint) as {{ metric }}_count,
        sum(cast({{ metric }} as double)) as {{ metric }}_sum,
        {%- endfor %}
        cast(count(*) filter (where is_churned) as bigint) as churned_count
    from clients
    group by
        segment_v{{ segment_versions() | join(', segment_v') }},
        portfolio,
        churn_group,
        city
)

select * from cells
