-- One row per portfolio × way of grouping × group × metric × quantile × end: which of a bucket's values is wanted.
-- A quantile lies between two neighbours in the order of values (Hyndman and Fan 1996, type 7, as in Excel and pandas).
{{ config(materialized='table') }}

with buckets as (
    select * from {{ ref('int_portrait_buckets') }}
),

grouped as (
    {%- for kind, code in portrait_kinds().items() %}
    select
        portfolio,
        '{{ kind }}' as group_kind,
        {{ code }} as group_code,
        metric,
        bucket,
        sum(row_count) as row_count
    from buckets
    where {{ code }} is not null
    group by portfolio, {{ code }}, metric, bucket
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

cumulated as (
    select
        *,
        sum(row_count) over (
            partition by portfolio, group_kind, group_code, metric order by bucket
            rows between unbounded preceding and current row
        ) as rows_up_to,
        sum(row_count) over (partition by portfolio, group_kind, group_code, metric) as value_count
    from grouped
),

quantiles as (
    {%- for name, share in [('q25', '0.25e0'), ('median', '0.5e0'), ('q75', '0.75e0')] %}
    {%- for end in [0, 1] %}
    select
        '{{ name }}' as quantile,
        {{ share }} as share,
        {{ end }} as neighbour
    {%- if not (name == 'q75' and end == 1) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

wanted as (
    select
        cumulated.*,
        quantiles.quantile,
        quantiles.neighbour,
        (cumulated.value_count - 1) * quantiles.share - floor((cumulated.value_count - 1) * quantiles.share)
            as fraction,
        least(
            floor((cumulated.value_count - 1) * quantiles.share) + quantiles.neighbour, cumulated.value_count - 1
        ) as place
    from cumulated
    cross join quantiles
),

found as (
    select
        portfolio,
        group_kind,
        group_code,
        metric,
        quantile,
        neighbour,
        fraction,
        bucket,
        cast(place - (rows_up_to - row_count) as bigint) + 1 as place_in_bucket
    from wanted
    where place >= rows_up_to - row_count and place < rows_up_to
)

select * from found
