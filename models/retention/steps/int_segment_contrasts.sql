-- One row per portfolio × segment of version 1: its churn against the other clients', by effect and among clients alike
-- in what else goes with churn. Version 1 goes by the number of products alone.
{{ config(materialized='table') }}

{%- set held_attributes = attribute_names('rates') | reject('equalto', 'product_count') | list %}
{%- set z = '1.959963984540054e0' %}
with cells as (
    select
        *,
        case when product_count = 'unknown' then 0 else cast(product_count as integer) end as products
    from {{ ref('churn_cells') }}
    where known_churn_count > 0
),

rules as (
    select * from {{ ref('segment_rules') }}
    where segment_version = 1
),

held as (
    select
        portfolio,
        max(held_alike) as held_alike
    from {{ ref('adjusted_comparisons') }}
    where attribute = 'product_count'
    group by portfolio
),

placed as (
    select
        cells.portfolio,
        rules.segment_code,
        concat_ws(
            ';'
            {%- for name in held_attributes %},
            case when ', ' || held.held_alike || ', ' like '%, {{ name }}, %' then '{{ name }}=' || cells.{{ name }} end
            {%- endfor %}
        ) as stratum,
        cells.known_churn_count,
        cells.churned_count
    from cells
    inner join rules
        on
            cells.products >= rules.products_from
            and (rules.products_below is null or cells.products < rules.products_below)
    left join held on cells.portfolio = held.portfolio
),

strata as (
    select
        portfolio,
        segment_code,
        stratum,
        sum(known_churn_count) as client_count,
        sum(churned_count) as churned_count
    from placed
    group by portfolio, segment_code, stratum
),

totals as (
    select
        portfolio,
        stratum,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count
    from strata
    group by portfolio, stratum
),

whole as (
    select
        portfolio,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count
    from totals
    group by portfolio
),

compared as (
    select
        strata.portfolio,
        strata.segment_code,
        cast(strata.client_count as double) as n_a,
        cast(strata.churned_count as double) as left_a,
        cast(totals.client_count - strata.client_count as double) as n_b,
        cast(totals.churned_count - strata.churned_count as double) as left_b,
        cast(totals.client_count as double) as n
    from strata
    inner join totals on strata.portfolio = totals.portfolio and strata.stratum = totals.stratum
),

summed as (
    select
        portfolio,
        segment_code,
        sum(n_a) as client_count,
        sum(left_a) as churned_count,
        {{ mantel_haenszel_sums() | indent(8) }}
    from compared
    group by portfolio, segment_code
),

rated as (
    select
        summed.portfolio,
        summed.segment_code,
        summed.client_count,
        summed.churned_count / summed.client_count as churn_rate,
        whole.client_count - summed.client_count as rest_client_count,
        (whole.churned_count - summed.churned_count) / nullif(whole.client_count - summed.client_count, 0)
            as rest_churn_rate,
        summed.difference_sum / nullif(summed.weight_sum, 0) as adjusted_difference,
        {{ mantel_haenszel_error() }} as standard_error
    from summed
    inner join whole on summed.portfolio = whole.portfolio
),

-- Cohen's h with the interval that the hypotheses have.
final as (
    select
        portfolio,
        segment_code,
        rest_churn_rate,
        2 * asin(sqrt(churn_rate)) - 2 * asin(sqrt(rest_churn_rate)) as effect_size,
        2 * asin(sqrt(churn_rate)) - 2 * asin(sqrt(rest_churn_rate))
        - {{ z }} * sqrt(1e0 / client_count + 1e0 / nullif(rest_client_count, 0)) as effect_ci_low,
        2 * asin(sqrt(churn_rate)) - 2 * asin(sqrt(rest_churn_rate))
        + {{ z }} * sqrt(1e0 / client_count + 1e0 / nullif(rest_client_count, 0)) as effect_ci_high,
        -- Twelve digits: the last of a sum depend on the order of its rows.
        round(greatest(adjusted_difference - {{ z }} * standard_error, -1e0), 12) as adjusted_ci_low,
        round(least(adjusted_difference + {{ z }} * standard_error, 1e0), 12) as adjusted_ci_high
    from rated
)

select * from final
