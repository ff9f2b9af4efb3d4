-- One row per portfolio × attribute × band with its bounds as values: lower_bound <= value < upper_bound (null = open).
{{ config(materialized='table') }}

with bands as (
    select * from {{ ref('bands') }}
),

quantiles as (
    select * from {{ ref('int_metric_quantiles') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
    where kind = 'value'
),

portfolios as (
    select distinct portfolio from quantiles
),

fixed as (
    select
        portfolios.portfolio,
        attributes.attribute,
        attributes.group_attribute,
        bands.band_code,
        bands.band_order,
        bands.lower_bound,
        bands.upper_bound,
        bands.label_ru,
        bands.label_en
    from attributes
    inner join bands on attributes.attribute = bands.attribute and attributes.bands = 'seed' and bands.kind = 'value'
    cross join portfolios
),

-- The bound at a share is the smallest value that this share of the rows does not exceed.
quantile as (
    select
        quantiles.portfolio,
        attributes.attribute,
        attributes.group_attribute,
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
        bands.lower_bound = 0 as is_first,
        bands.label_ru,
        bands.label_en
    from attributes
    inner join bands on attributes.bands = bands.attribute and bands.kind = 'share'
    inner join quantiles on attributes.attribute = quantiles.metric
    group by
        quantiles.portfolio, attributes.attribute, attributes.group_attribute, bands.band_code, bands.band_order,
        bands.lower_bound, bands.label_ru, bands.label_en
),

sizes as (
    select
        portfolio,
        metric,
        sum(row_count) as value_count
    from quantiles
    group by portfolio, metric
),

-- Bounds are told in the label only where so many clients have a value that none of them shows through.
labelled as (
    select
        quantile.portfolio,
        quantile.attribute,
        quantile.group_attribute,
        quantile.band_code,
        quantile.band_order,
        {%- for language, up_to, from in [('ru', 'до', 'от'), ('en', 'up to', 'from')] %}
        quantile.label_{{ language }} || case
            when sizes.value_count < 4 * {{ var('min_group_size') }} then ''
            when quantile.is_first
                then ' ({{ up_to }} ' || {{ format_thousands('quantile.upper_bound', language) }} || ')'
            when quantile.upper_bound is null
                then ' ({{ from }} ' || {{ format_thousands('quantile.lower_bound', language) }} || ')'
            else
                ' (' || {{ format_thousands('quantile.lower_bound', language) }} || '–'
                || {{ format_thousands('quantile.upper_bound', language) }} || ')'
        end as label_{{ language }},
        {%- endfor %}
        quantile.lower_bound,
        quantile.upper_bound
    from quantile
    inner join sizes on quantile.portfolio = sizes.portfolio and quantile.attribute = sizes.metric
    union all
    select
        portfolio,
        attribute,
        group_attribute,
        band_code,
        band_order,
        label_ru,
        label_en,
        lower_bound,
        upper_bound
    from fixed
)

select * from labelled
