-- One row per portfolio × target group × attribute × value of it that the group's rule allows.
{{ config(materialized='table') }}

with labels as (
    select * from {{ ref('int_value_labels') }}
),

registered as (
    select
        *,
        count(*) over (partition by group_code) as condition_count
    from {{ ref('registered_group_rules') }}
),

searched as (
    select
        *,
        length(rule) - length(replace(rule, ';', '')) + 1 as condition_count
    from {{ ref('int_group_cover') }}
),

allowed as (
    select
        labels.portfolio,
        registered.group_code,
        'registered' as kind,
        labels.attribute,
        labels.attribute_value,
        registered.condition_count
    from registered
    inner join labels
        on
            registered.attribute = labels.attribute
            and {{ is_in_groups('labels.attribute_value', 'registered.allowed_values') }}
    union all
    select
        labels.portfolio,
        searched.rule as group_code,
        'searched' as kind,
        labels.attribute,
        labels.attribute_value,
        searched.condition_count
    from searched
    inner join labels
        on
            searched.portfolio = labels.portfolio
            and instr(
                ';' || searched.rule || ';',
                -- A semicolon separates conditions: one within a value is written otherwise, as in int_group_counts.
                ';' || labels.attribute || '=' || replace(labels.attribute_value, ';', '%3B') || ';'
            ) > 0
)

select * from allowed
