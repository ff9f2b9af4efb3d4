-- Claim: a registered target group has a rule, which names a banded attribute and values that are known.
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
    union
    -- A band that no client of a small extract falls into is known all the same.
    select
        attributes.attribute,
        bands.band_code as attribute_value
    from {{ ref('client_attributes') }} as attributes
    inner join {{ ref('bands') }} as bands
        on bands.attribute = case attributes.bands when 'quantiles' then attributes.bands else attributes.made_of end
    where attributes.kind = 'band'
),

understood as (
    select
        rules.group_code,
        rules.attribute,
        count(distinct known.attribute_value) as known_value_count,
        length(max(rules.allowed_values)) - length(replace(max(rules.allowed_values), '|', '')) + 1 as value_count
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
        else 'an unknown attribute, or a value of it that no label or band knows'
    end as problem
from groups
left join understood on groups.group_code = understood.group_code
where
    understood.group_code is null
    -- Any number of products may turn up in an extract, so those are not all labelled.
    or (understood.attribute <> 'product_count' and understood.known_value_count < understood.value_count)
    or understood.known_value_count = 0
    or understood.attribute not in (
        {%- for attribute in attribute_names('rates') %}
        '{{ attribute }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
