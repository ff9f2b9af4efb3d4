-- One row per portfolio × target group with a condition that is not spoken: its other conditions in words, null where
-- there are none.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

with conditions as (
    select * from {{ ref('int_group_conditions') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

withheld as (
    select distinct
        portfolio,
        group_code
    from conditions
    where attribute in ('{{ var('unspoken_attributes') | join("', '") }}')
),

worded as (
    select
        conditions.portfolio,
        conditions.group_code,
        conditions.attribute,
        {%- for language, also in [('ru', ' или '), ('en', ' or ')] %}
        max(
            case
                when {{ is_named_with_attribute('attributes') }}
                    then labels.attribute_label_{{ language }} || ': '
                else ''
            end
        ) || {{ dbt.listagg(
            'labels.value_label_' ~ language, "'" ~ also ~ "'", 'order by labels.band_order, labels.attribute_value'
        ) }} as condition_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from conditions
    inner join withheld
        on conditions.portfolio = withheld.portfolio and conditions.group_code = withheld.group_code
    inner join labels
        on
            conditions.portfolio = labels.portfolio
            and conditions.attribute = labels.attribute
            and conditions.attribute_value = labels.attribute_value
    left join attributes on conditions.attribute = attributes.attribute
    where conditions.attribute not in ('{{ var('unspoken_attributes') | join("', '") }}')
    group by conditions.portfolio, conditions.group_code, conditions.attribute
),

final as (
    select
        withheld.portfolio,
        withheld.group_code,
        {%- for language in ['ru', 'en'] %}
        {{ dbt.listagg('worded.condition_' ~ language, "'; '", 'order by worded.attribute') }}
            as spoken_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from withheld
    left join worded on withheld.portfolio = worded.portfolio and withheld.group_code = worded.group_code
    group by withheld.portfolio, withheld.group_code
)

select * from final
