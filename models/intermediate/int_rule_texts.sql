-- One row per portfolio × searched group that is in the cover: its rule as SQL and in words.
{{ config(materialized='table') }}

with cover as (
    select * from {{ ref('int_group_cover') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

conditions as (
    select
        cover.portfolio,
        cover.rule,
        labels.attribute,
        labels.attribute || ' = ''' || replace(labels.attribute_value, '''', '''''') || '''' as condition_sql,
        {%- for language in ['ru', 'en'] %}
        case
            when labels.attribute in ('{{ quantile_bands() | join("', '") }}')
                then labels.attribute_label_{{ language }} || ': ' || labels.value_label_{{ language }}
            else labels.value_label_{{ language }}
        end as condition_{{ language }}{{ ',' if language == 'ru' }}
        {%- endfor %}
    from cover
    inner join labels
        on
            cover.portfolio = labels.portfolio
            and instr(
                ';' || cover.rule || ';',
                ';' || labels.attribute || '=' || {{ rule_value('labels.attribute_value') }} || ';'
            ) > 0
),

final as (
    select
        portfolio,
        rule,
        {{ dbt.listagg('condition_sql', "' and '", 'order by attribute') }} as rule_sql,
        {{ dbt.listagg('condition_ru', "'; '", 'order by attribute') }} as rule_ru,
        {{ dbt.listagg('condition_en', "'; '", 'order by attribute') }} as rule_en
    from conditions
    group by portfolio, rule
)

select * from final
