-- One row per portfolio × attribute × value that clients are followed by, in any month: what to call it in both
-- languages. A value that no client has any more is called by its code, a quarter by its place: its bounds are each
-- month's own.
-- sqlfluff:exclude_rules:layout.long_lines
{{ config(enabled=has_months(), materialized='table') }}

with attribute_values as (
    select distinct
        portfolio,
        attribute,
        attribute_value
    from {{ ref('int_month_counts') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

segments as (
    select * from {{ ref('segments') }}
),

bands as (
    select * from {{ ref('bands') }}
    where kind = 'share'
),

quarters as (
    select
        attributes.attribute,
        bands.band_code,
        bands.label_ru || ' (среди клиентов своего месяца)' as label_ru,
        bands.label_en || ' (among the clients of its month)' as label_en
    from attributes
    inner join bands on attributes.bands = bands.attribute
    where attributes.kind = 'band'
),

final as (
    select
        attribute_values.portfolio,
        attribute_values.attribute,
        attribute_values.attribute_value,
        {%- for language, everybody, segment in [
            ('ru', 'Все клиенты', 'Сегмент, версия правил '), ('en', 'All clients', 'Segment, version of the rules ')
        ] %}
        case
            when attribute_values.attribute = 'all' then '{{ everybody }}'
            when segments.segment_code is not null
                then '{{ segment }}' || cast(segments.segment_version as {{ dbt.type_string() }})
            else coalesce(labels.attribute_label_{{ language }}, attributes.label_{{ language }}, attribute_values.attribute)
        end as attribute_label_{{ language }},
        case
            when attribute_values.attribute = 'all' then '{{ everybody }}'
            else coalesce(segments.name_{{ language }}, quarters.label_{{ language }}, labels.value_label_{{ language }}, attribute_values.attribute_value)
        end as value_label_{{ language }},
        {%- endfor %}
        cast(segments.segment_order as integer) as segment_order
    from attribute_values
    left join attributes on attribute_values.attribute = attributes.attribute
    left join labels
        on
            attribute_values.portfolio = labels.portfolio
            and attribute_values.attribute = labels.attribute
            and attribute_values.attribute_value = labels.attribute_value
    left join quarters
        on
            attribute_values.attribute = quarters.attribute
            and attribute_values.attribute_value = quarters.band_code
    left join segments
        on
            attribute_values.attribute = 'segment_v' || cast(segments.segment_version as {{ dbt.type_string() }})
            and attribute_values.attribute_value = segments.segment_code
)

select * from final
