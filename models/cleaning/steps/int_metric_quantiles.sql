-- One row per portfolio × metric × value rounded to three significant digits: how many rows, and the share up to it.
{{ config(materialized='table') }}

{%- set numbers = supplied_attributes(['whole_number', 'amount'])
    | selectattr('bands', 'equalto', 'quantiles') | list %}
-- Numbers are parsed here again: nothing else of the checked rows is needed, and their joins cost more.
with unioned as (
    select * from {{ ref('int_clients__unioned') }}
),

parsed as (
    select
        {%- for number in numbers %}
        {{ to_number('unioned.' ~ number.name) }} as {{ number.name }}_number,
        {%- endfor %}
        unioned.portfolio
    from unioned
),

counted as (
    {%- for number in numbers %}
    {%- set metric, bounds = number.name, number.range %}
    select
        portfolio,
        '{{ metric }}' as metric,
        {{ round_to_significant(metric ~ '_number') }} as rounded_value,
        count(*) as row_count
    from parsed
    where {{ metric }}_number between {{ bounds[0] }} and {{ bounds[1] }}
    group by portfolio, {{ round_to_significant(metric ~ '_number') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

cumulated as (
    select
        portfolio,
        metric,
        rounded_value,
        cast(row_count as bigint) as row_count,
        cast(
            sum(row_count) over (
                partition by portfolio, metric order by rounded_value
                rows between unbounded preceding and current row
            ) as double
        ) / sum(row_count) over (partition by portfolio, metric) as cumulative_share
    from counted
)

select * from cumulated
