-- One row per portfolio × comparison × group in it: side a, side b, or `many` where every group stands for itself.
-- A comparison is a registered hypothesis or, for the screen, a pair of groups. Its number stands for its portfolio and
-- name where there is a row per client, or nearly.
{{ config(materialized='table') }}

with hypotheses as (
    select * from {{ ref('int_hypotheses') }}
),

-- Metrics with two values need no rank sums of their own: their value counts say it all.
groups as (
    select distinct
        portfolio,
        metric,
        group_attribute,
        group_value
    from {{ ref('metric_moments') }}
    where
        stratum_attribute = 'none'
        and group_attribute <> 'all'
        and group_value <> 'unknown'
        and not {{ is_boolean_metric('metric') }}
        and metric <> group_attribute
),

registered as (
    select
        groups.portfolio,
        true as is_registered,
        hypotheses.hypothesis_id as comparison_id,
        groups.metric,
        groups.group_attribute,
        groups.group_value,
        coalesce(hypotheses.filter, 'none') as client_filter,
        case
            when
                hypotheses.primary_test in ('kruskal_wallis', 'welch_anova')
                and (hypotheses.group_a = 'all' or {{ is_in_groups('groups.group_value', 'hypotheses.group_a') }})
                then 'many'
            when {{ is_in_groups('groups.group_value', 'hypotheses.group_a') }} then 'a'
            when
                hypotheses.group_b = 'rest' or {{ is_in_groups('groups.group_value', 'hypotheses.group_b') }}
                then 'b'
        end as side
    from hypotheses
    inner join groups
        on hypotheses.metric = groups.metric and hypotheses.group_attribute = groups.group_attribute
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

-- The screen compares every pair, except a metric with an attribute that is made of the same.
pairs as (
    select
        first_groups.portfolio,
        first_groups.metric || ':' || first_groups.group_attribute || ':' || first_groups.group_value || ':'
        || second_groups.group_value as comparison_id,
        first_groups.metric,
        first_groups.group_attribute,
        first_groups.group_value as group_a,
        second_groups.group_value as group_b
    from groups as first_groups
    inner join groups as second_groups
        on
            first_groups.portfolio = second_groups.portfolio
            and first_groups.metric = second_groups.metric
            and first_groups.group_attribute = second_groups.group_attribute
            and first_groups.group_value < second_groups.group_value
    inner join attributes as metrics on first_groups.metric = metrics.attribute
    inner join attributes as grouping_attributes on first_groups.group_attribute = grouping_attributes.attribute
    where metrics.made_of <> grouping_attributes.made_of
),

together as (
    select * from registered
    where side is not null
    union all
    select
        portfolio,
        false as is_registered,
        comparison_id,
        metric,
        group_attribute,
        group_a as group_value,
        'none' as client_filter,
        'a' as side
    from pairs
    union all
    select
        portfolio,
        false as is_registered,
        comparison_id,
        metric,
        group_attribute,
        group_b as group_value,
        'none' as client_filter,
        'b' as side
    from pairs
),

final as (
    select
        *,
        cast(dense_rank() over (order by portfolio, comparison_id) as integer) as comparison_number
    from together
)

select * from final
