-- Claim: a combination is told with more than one of its values, and no name of a group tells a value of an attribute
-- that is not spoken.
with unspoken as (
    select
        lower(value_label_ru) as value_ru,
        lower(value_label_en) as value_en
    from {{ ref('int_value_labels') }}
    where
        attribute in ('{{ var('unspoken_attributes') | join("', '") }}')
        and attribute_value <> 'unknown'
    group by lower(value_label_ru), lower(value_label_en)
),

named as (
    select
        group_names_ru,
        coalesce(group_names_en, '') as group_names_en
    from {{ ref('retention_list') }}
    group by group_names_ru, group_names_en
)

{%- for place in [1, 2, 3] %}
select
    reason_{{ place }}_en as told,
    'one value of a combination' as problem
from {{ ref('retention_list') }}
where
    reason_{{ place }}_en like '%(it is the combination that counts)'
    and replace(reason_{{ place }}_en, '; a sign, not a cause', '') not like '%; %'
union all
{%- endfor %}
select
    named.group_names_ru as told,
    'not spoken' as problem
from named
inner join unspoken
    on
        lower(named.group_names_ru) like '%' || unspoken.value_ru || '%'
        or lower(named.group_names_en) like '%| ' || unspoken.value_en || '%'
        or lower(named.group_names_en) like '%; ' || unspoken.value_en || '%'
        or lower(named.group_names_en) like unspoken.value_en || '%'
