-- One row per portfolio × way of grouping × group × metric × quantile: its exact value.
-- Only the clients of the few buckets that hold a quantile are put in order, not all of them.
{{ config(materialized='table') }}

with ranks as (
    select * from {{ ref('int_portrait_ranks') }}
),

opened as (
    select distinct
        portfolio,
        metric,
        bucket
    from ranks
),

candidates as (
    {%- for metric in attribute_names('portraits', ['amount']) %}
    select
        {%- for kind, code in portrait_kinds().items() if kind != 'portfolio' %}
        clients.{{ code }},
        {%- endfor %}
        clients.portfolio,
        opened.metric,
        opened.bucket,
        clients.{{ metric }} as metric_value
    from {{ ref('int_segmented_clients') }} as clients
    inner join opened
        on
            clients.portfolio = opened.portfolio
            and opened.metric = '{{ metric }}'
            and {{ round_to_significant('clients.' ~ metric) }} = opened.bucket
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ordered as (
    {%- for kind, code in portrait_kinds().items() %}
    select
        portfolio,
        '{{ kind }}' as group_kind,
        {{ code }} as group_code,
        metric,
        bucket,
        metric_value,
        row_number() over (partition by portfolio, {{ code }}, metric, bucket order by metric_value) as place_in_bucket
    from candidates
    where {{ code }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

neighbours as (
    select
        ranks.portfolio,
        ranks.group_kind,
        ranks.group_code,
        ranks.metric,
        ranks.quantile,
        ranks.fraction,
        max(case when ranks.neighbour = 0 then coalesce(ordered.metric_value, ranks.bucket) end) as lower_value,
        max(case when ranks.neighbour = 1 then coalesce(ordered.metric_value, ranks.bucket) end) as upper_value
    from ranks
    left join ordered
        on
            ranks.portfolio = ordered.portfolio
            and ranks.group_kind = ordered.group_kind
            and ranks.group_code = ordered.group_code
            and ranks.metric = ordered.metric
            and ranks.bucket = ordered.bucket
            and ranks.place_in_bucket = ordered.place_in_bucket
    group by
        ranks.portfolio, ranks.group_kind, ranks.group_code, ranks.metric, ranks.quantile, ranks.fraction
),

final as (
    select
        portfolio,
        group_kind,
        group_code,
        metric,
        quantile,
        lower_value + (upper_value - lower_value) * fraction as value
    from neighbours
)

select * from final
