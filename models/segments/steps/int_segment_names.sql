-- One row per portfolio × segment of each version: what to call it in this bank, by its name where that fits, else by
-- its rule.
-- sqlfluff:exclude_rules:layout.indent
{{ config(materialized='table') }}

with segments as (
    select * from {{ ref('segments') }}
),

portfolios as (
    select distinct portfolio from {{ ref('int_portrait_sums') }}
),

-- What a bank does not supply can neither bear out a name nor speak against it.
fits as (
    select
        portfolio,
        segment_version,
        min(case when holds then 1 else 0 end) = 1 as label_fits
    from {{ ref('int_segment_hints') }}
    where not {{ lacks_attribute('portfolio', 'measure') }}
    group by portfolio, segment_version
),

final as (
    select
        portfolios.portfolio,
        segments.segment_version,
        segments.segment_code,
        {%- for language in ['ru', 'en'] %}
        case when fits.label_fits = false then segments.description_{{ language }} else segments.name_{{ language }} end
            as name_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from segments
    cross join portfolios
    left join fits
        on portfolios.portfolio = fits.portfolio and segments.segment_version = fits.segment_version
)

select * from final
