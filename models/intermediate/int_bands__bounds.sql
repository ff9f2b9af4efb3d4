-- One row per portfolio × attribute × band with its bounds as values: lower_bound <= value < upper_bound (null = open).
{{ config(materialized='table') }}

with bands as (
    select * from {{ ref('bands') }}
),

quantiles as (
    select * from {{ ref('int_metric_quantiles') }}
),

portfolios as (
    select distinct portfolio from quantiles
),

fixed as (
    select
        portfolios.portfolio,
        bands.attribute,
        bands.band_code,
        bands.band_order,
        bands.lower_bound,
        bands.upper_bound,
        bands.label_ru,
        bands.label_en
    from bands
    cross join portfolios
    where bands.kind = 'value'
),

-- The bound at a share is the smallest value that this share of the rows does not exceed.
quantile as (
    select
        quantiles.portfolio,
        bands.attribute,
        bands.band_code,
        bands.band_order,
        min(
            case
                when bands.lower_bound = 0 or quantiles.cumulative_share >= bands.lower_bound
                    then quantiles.rounded_value
            end
        ) as lower_bound,
        min(
            case
                when bands.upper_bound < 1 and quantiles.cumulative_share >= bands.upper_bound
                    then quantiles.rounded_value
            end
        ) as upper_bound,
        bands.label_ru,
        bands.label_en
    from bands
    inner join quantiles on bands.attribute = quantiles.metric
    where bands.kind = 'share'
    group by
        quantiles.portfolio, bands.attribute, bands.band_code, bands.band_order, bands.label_ru, bands.label_en
),

labelled as (
    select
        portfolio,
        attribute,
        band_code,
        band_order,
        lower_bound,
        upper_bound,
        label_ru || ' (' || case
            when upper_bound is null then 'от ' || {{ format_thousands('lower_bound') }}
            else {{ format_thousands('lower_bound') }} || '–' || {{ format_thousands('upper_bound') }}
        end || ')' as label_ru,
        label_en || ' (' || case
            when upper_bound is null then 'from ' || {{ format_thousands('lower_bound') }}
            else {{ format_thousands('lower_bound') }} || '–' || {{ format_thousands('upper_bound') }}
        end || ')' as label_en
    from quantile
    union all
    select * from fixed
)

select * from labelled
