{# The body of one version of `segment_portraits`: the segments of that version of the segmentation. #}
{% macro portraits_of_version(version) -%}
with wide as (
    {{ portraits_wide('segment_v' ~ version) | indent(4) }}
),

sums as (
    select * from {{ ref('int_portrait_sums') }}
    where group_kind = 'segment_v{{ version }}'
),

findings as (
    select * from {{ ref('int_segment_churn') }}
    where group_kind = 'segment_v{{ version }}'
),

totals as (
    select * from {{ ref('int_portrait_sums') }}
    where group_kind = 'portfolio'
),

segments as (
    select * from {{ ref('segments') }}
    where segment_version = {{ version }}
),

hints as (
    select
        portfolio,
        segment_code,
        min(case when holds then 1 else 0 end) = 1 as hints_hold
    from {{ ref('int_segment_hints') }}
    -- What a bank does not supply can neither bear out a name nor speak against it.
    where segment_version = {{ version }} and not {{ lacks_attribute('portfolio', 'measure') }}
    group by portfolio, segment_code
),

fits as (
    select
        portfolio,
        min(case when hints_hold then 1 else 0 end) = 1 as label_fits
    from hints
    group by portfolio
),

final as (
    select
        wide.portfolio,
        wide.group_code as segment_code,
        segments.segment_order,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        segments.description_ru as segment_description_ru,
        segments.description_en as segment_description_en,
        hints.hints_hold,
        fits.label_fits,
        sums.all_client_count,
        sums.client_count,
        sums.churned_count,
        cast(sums.churned_count as double) / nullif(sums.client_count, 0) as churn_rate,
        {{ wilson_bound('sums.churned_count', 'sums.client_count', 'low') }} as ci_low,
        {{ wilson_bound('sums.churned_count', 'sums.client_count', 'high') }} as ci_high,
        cast(sums.churned_count as double) * totals.client_count
        / nullif(cast(sums.client_count as double) * totals.churned_count, 0) as lift,
        cast(sums.churned_count as double) / nullif(totals.churned_count, 0) as share_of_churn,
        {%- for column in portrait_columns() %}
        wide.{{ column }},
        {%- endfor %}
        findings.p_value_adjusted,
        findings.churn_finding,
        sums.client_count < {{ var('small_group_size') }} as is_small_group,
        {{ is_suppressed('sums.all_client_count') }} as is_suppressed,
        {{ data_origin_of('wide.portfolio') }} as data_origin
    from wide
    inner join sums on wide.portfolio = sums.portfolio and wide.group_code = sums.group_code
    inner join totals on wide.portfolio = totals.portfolio
    inner join segments on wide.group_code = segments.segment_code
    inner join findings on wide.portfolio = findings.portfolio and wide.group_code = findings.group_code
    left join hints on wide.portfolio = hints.portfolio and wide.group_code = hints.segment_code
    left join fits on wide.portfolio = fits.portfolio
)

select * from final
{%- endmacro %}
