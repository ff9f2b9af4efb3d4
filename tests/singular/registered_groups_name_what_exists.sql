-- Claim: a registered target group has a rule, and its rule names a banded attribute and values that a label or a band explains.
with groups as (
    select * from {{ ref('registered_groups') }}
),

rules as (
    select * from {{ ref('registered_group_rules') }}
),

known as (
    select
        name as attribute,
        value as attribute_value
    from {{ ref('labels') }}
    where kind = 'group_value'
    union
    select
        attribute,
        attribute_value
    from {{ ref('int_value_labels') }}
),

understood as (
    select
        rules.group_code,
        rules.attribute,
        count(known.attribute_value) as known_value_count
    from rules
    left join known
        on
            rules.attribute = known.attribute
            and {{ is_in_groups('known.attribute_value', 'rules.allowed_values') }}
    group by rules.group_code, rules.attribute
)

select
    groups.group_code,
    understood.attribute,
    case
        when understood.group_code is null then 'a group without a rule: add one to registered_group_rules'
        else 'an unknown attribute, or none of its values is known'
    end as problem
from groups
left join understood on groups.group_code = understood.group_code
where
    understood.group_code is null
    or understood.known_value_count = 0
    or understood.attribute not in ('{{ churn_attributes() | join("', '") }}')
