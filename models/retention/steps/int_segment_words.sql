-- One row per portfolio × segment of version 1: what its clients are called, by its name where that fits the bank,
-- else by
-- its rule.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

with portraits as (
    select * from {{ ref('segment_portraits', v=1) }}
),

segments as (
    select * from {{ ref('segments') }}
    where segment_version = 1
),

final as (
    select
        portraits.portfolio,
        portraits.segment_code,
        {%- for column in ['who_ru', 'to_whom_ru', 'who_en'] %}
        {%- set by_rule = column.replace('_ru', '_by_rule_ru').replace('_en', '_by_rule_en') %}
        case
            when portraits.label_fits = false then segments.{{ by_rule }}
            else segments.{{ column }}
        end as {{ column }},
        {%- endfor %}
        {%- for language in ['ru', 'en'] %}
        case
            when portraits.label_fits = false then segments.description_{{ language }} else segments.name_{{ language }}
        end as name_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from portraits
    inner join segments on portraits.segment_code = segments.segment_code
)

select * from final
