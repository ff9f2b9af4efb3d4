-- One row per portfolio × attribute × value: the counts of the group and of the rest, and the sums over strata that the
-- Mantel-Haenszel difference of risks and its intervals are made of. A stratum without clients of both adds nothing.
{{ config(materialized='table') }}
{%- set sums = mantel_haenszel_sums() %}

with strata as (
    select * from {{ ref('int_adjusted_strata') }}
),

totals as (
    select
        portfolio,
        attribute,
        stratum,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count
    from strata
    group by portfolio, attribute, stratum
),

groups as (
    select distinct
        portfolio,
        attribute,
        attribute_value
    from strata
),

-- A stratum counts for a group that has nobody in it too: there the rest is without anybody alike.
compared as (
    select
        groups.portfolio,
        groups.attribute,
        groups.attribute_value,
        cast(coalesce(strata.client_count, 0) as double) as n_a,
        cast(coalesce(strata.churned_count, 0) as double) as left_a,
        cast(totals.client_count - coalesce(strata.client_count, 0) as double) as n_b,
        cast(totals.churned_count - coalesce(strata.churned_count, 0) as double) as left_b,
        cast(totals.client_count as double) as n
    from groups
    inner join totals on groups.portfolio = totals.portfolio and groups.attribute = totals.attribute
    left join strata
        on
            totals.portfolio = strata.portfolio
            and totals.attribute = strata.attribute
            and totals.stratum = strata.stratum
            and groups.attribute_value = strata.attribute_value
),

summed as (
    select
        portfolio,
        attribute,
        attribute_value,
        cast(sum(n_a) as bigint) as client_count,
        cast(sum(left_a) as bigint) as churned_count,
        cast(sum(n_b) as bigint) as rest_client_count,
        cast(sum(left_b) as bigint) as rest_churned_count,
        cast(count(*) as bigint) as stratum_count,
        cast(count(*) filter (where n_a > 0 and n_b > 0) as bigint) as overlapping_stratum_count,
        cast(coalesce(sum(n_a) filter (where n_b = 0), 0) as bigint) as clients_without_overlap,
        cast(coalesce(sum(n_b) filter (where n_a = 0), 0) as bigint) as rest_without_overlap,
        sum(left_a * n_b / n) as rate_sum,
        sum(left_b * n_a / n) as rest_rate_sum,
        sum(n_a * n_b * n_b / (n * n)) as squared_weight_sum,
        sum(n_a * n_a * n_b / (n * n)) as rest_squared_weight_sum,
        {{ sums | indent(8) }}
    from compared
    group by portfolio, attribute, attribute_value
)

select * from summed
