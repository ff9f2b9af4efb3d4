-- Claim: a combination is told with more than one of its values, and no name of a group tells a value of an attribute
-- that is not spoken.
with listed as (
    select
        group_names_ru,
        group_names_en,
        reason_1_en,
        reason_2_en,
        reason_3_en
    from {{ ref('retention_list') }}
    group by group_names_ru, group_names_en, reason_1_en, reason_2_en, reason_3_en
),

unspoken as (
    select
        lower(value_label_ru) as value_ru,
        lower(value_label_en) as value_en
    from {{ ref('int_value_labels') }}
    where
        attribute in ('{{ var('unspoken_attributes') | join("', '") }}')
        and attribute_value <> 'unknown'
    group by lower(value_label_ru), lower(value_label_en)
)

{%- for place in [1, 2, 3] %}
select
    listed.reason_{{ place }}_en as told,
    'one value of a combination' as problem
from listed
where
    listed.reason_{{ place }}_en like '%(it is the combination that counts)'
    and replace(listed.reason_{{ place }}_en, '; a sign, not a cause', '') not like '%; %'
union all
{%- endfor %}
select
    listed.group_names_ru as told,
    'not spoken' as problem
from listed
inner join unspoken
    on
        lower(listed.group_names_ru) like '%' || unspoken.value_ru || '%'
        or lower(coalesce(listed.group_names_en, '')) like '%| ' || unspoken.value_en || '%'
        or lower(coalesce(listed.group_names_en, '')) like '%; ' || unspoken.value_en || '%'
        or lower(coalesce(listed.group_names_en, '')) like unspoken.value_en || '%'
