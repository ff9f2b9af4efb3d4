-- One row per portfolio × searched group that is in the cover: its rule as SQL and in words.
{{ config(materialized='table') }}

with allowed as (
    select * from {{ ref('int_group_conditions') }}
    where kind = 'searched'
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

conditions as (
    select
        allowed.portfolio,
        allowed.group_code as rule,
        labels.attribute,
        labels.attribute || ' = ''' || replace(labels.attribute_value, '''', '''''') || '''' as condition_sql,
        -- "low" says nothing without the attribute's name, nor does what a bank calls a value of its own.
        coalesce({{ is_named_with_attribute('attributes') }}, false)
            as needs_attribute,
        labels.attribute_label_ru,
        labels.attribute_label_en,
        labels.value_label_ru,
        labels.value_label_en
    from allowed
    inner join labels
        on
            allowed.portfolio = labels.portfolio
            and allowed.attribute = labels.attribute
            and allowed.attribute_value = labels.attribute_value
    left join attributes on labels.attribute = attributes.attribute
),

worded as (
    select
        portfolio,
        rule,
        attribute,
        condition_sql,
        case when needs_attribute then attribute_label_ru || ': ' else '' end || value_label_ru as condition_ru,
        case when needs_attribute then attribute_label_en || ': ' else '' end || value_label_en as condition_en
    from conditions
),

final as (
    select
        portfolio,
        rule,
        {{ dbt.listagg('condition_sql', "' and '", 'order by attribute') }} as rule_sql,
        {{ dbt.listagg('condition_ru', "'; '", 'order by attribute') }} as rule_ru,
        {{ dbt.listagg('condition_en', "'; '", 'order by attribute') }} as rule_en
    from worded
    group by portfolio, rule
)

select * from final
