-- One row per portfolio × version × hint of the study at what a segment is like: the figures, and whether it holds.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

with hints as (
    select * from {{ ref('segment_hints') }}
),

-- A mean's interval, from the values that its clients have.
buckets as (
    select * from {{ ref('int_portrait_buckets') }}
),

moments as (
    {%- for version in segment_versions() %}
    select
        portfolio,
        'segment_v{{ version }}' as group_kind,
        segment_v{{ version }} as group_code,
        metric || '_mean' as measure,
        cast(sum(row_count) as double) as value_count,
        sum(bucket * row_count) / sum(row_count) as mean,
        sum(bucket * bucket * row_count) / sum(row_count) as mean_square
    from buckets
    group by portfolio, segment_v{{ version }}, metric
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- A segment of a few clients says nothing about a name, and would win every comparison by chance.
portraits as (
    select
        shown.portfolio,
        shown.group_kind,
        shown.group_code,
        shown.measure,
        shown.value,
        shown.portfolio_value,
        shown.group_client_count,
        {%- for end, sign in [('low', '-'), ('high', '+')] %}
        coalesce(
            shown.ci_{{ end }},
            shown.value {{ sign }} 1.959963984540054e0
            * sqrt(
                greatest(moments.mean_square - moments.mean * moments.mean, 0e0)
                / nullif(moments.value_count - 1, 0e0)
            )
        ) as ci_{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_portraits') }} as shown
    left join moments
        on
            shown.portfolio = moments.portfolio
            and shown.group_kind = moments.group_kind
            and shown.group_code = moments.group_code
            and shown.measure = moments.measure
    where shown.group_client_count >= {{ var('small_group_size') }}
),

portfolios as (
    select distinct portfolio from {{ ref('int_portraits') }}
),

others as (
    select
        hints.hint_code,
        hints.segment_version,
        portraits.portfolio,
        max(portraits.value) as highest_other_value,
        max(portraits.ci_low) as greatest_low,
        max(portraits.ci_high) as greatest_high,
        min(portraits.ci_low) as least_low,
        min(portraits.ci_high) as least_high
    from hints
    inner join portraits
        on
            portraits.group_kind = 'segment_v' || cast(hints.segment_version as {{ dbt.type_string() }})
            and hints.measure = portraits.measure
            and hints.segment_code <> portraits.group_code
            and portraits.group_code <> 'no_products'
    group by hints.hint_code, hints.segment_version, portraits.portfolio
),

judged as (
    select
        portfolios.portfolio,
        hints.segment_version,
        hints.segment_code,
        hints.hint_code,
        hints.measure,
        hints.claim,
        hints.threshold,
        hints.hint_ru,
        hints.hint_en,
        hints.source,
        portraits.group_client_count as client_count,
        portraits.value,
        portraits.portfolio_value,
        portraits.ci_low,
        portraits.ci_high,
        others.highest_other_value,
        case hints.claim
            when 'highest'
                then
                    portraits.ci_low >= portraits.portfolio_value + hints.threshold
                    and coalesce(portraits.ci_low > others.greatest_high, true)
            when 'lowest'
                then
                    portraits.ci_high <= portraits.portfolio_value - hints.threshold
                    and coalesce(portraits.ci_high < others.least_low, true)
            when 'above' then portraits.ci_low > hints.threshold
            when 'only_above'
                then portraits.ci_low > hints.threshold and coalesce(others.greatest_high <= hints.threshold, true)
        end as holds,
        case hints.claim
            when 'highest'
                then
                    portraits.ci_high < portraits.portfolio_value + hints.threshold
                    or coalesce(portraits.ci_high < others.greatest_low, false)
            when 'lowest'
                then
                    portraits.ci_low > portraits.portfolio_value - hints.threshold
                    or coalesce(portraits.ci_low > others.least_high, false)
            when 'above' then portraits.ci_high <= hints.threshold
            when 'only_above'
                then portraits.ci_high <= hints.threshold or coalesce(others.greatest_low > hints.threshold, false)
        end as is_refuted
    from hints
    cross join portfolios
    left join portraits
        on
            portfolios.portfolio = portraits.portfolio
            and portraits.group_kind = 'segment_v' || cast(hints.segment_version as {{ dbt.type_string() }})
            and hints.segment_code = portraits.group_code
            and hints.measure = portraits.measure
    left join others
        on
            portfolios.portfolio = others.portfolio
            and hints.hint_code = others.hint_code
            and hints.segment_version = others.segment_version
)

select * from judged
