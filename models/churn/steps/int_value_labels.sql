-- One row per portfolio × attribute × value: what to call it in Russian and English.
{{ config(materialized='table') }}

with counts as (
    select * from {{ ref('int_churn_counts') }}
),

labels as (
    select * from {{ ref('labels') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

cities as (
    select distinct
        city,
        city_en
    from {{ ref('cities') }}
),

bands as (
    select * from {{ ref('int_bands__bounds') }}
),

attribute_values as (
    select distinct
        portfolio,
        dimension_name as attribute,
        dimension_value as attribute_value
    from counts
    where dimension_2_name is null
),

labelled as (
    select
        attribute_values.portfolio,
        attribute_values.attribute,
        attribute_values.attribute_value,
        {%- for language in ['ru', 'en'] %}
        coalesce(
            all_labels.label_{{ language }},
            attributes.label_{{ language }},
            replace(attribute_values.attribute, '_', ' ')
        ) as attribute_label_{{ language }},
        {%- endfor %}
        coalesce(
            bands.label_ru, value_labels.label_ru, unknown_labels.label_ru, attribute_values.attribute_value
        ) as value_label_ru,
        coalesce(
            bands.label_en, value_labels.label_en, cities.city_en, unknown_labels.label_en,
            attribute_values.attribute_value
        ) as value_label_en,
        bands.band_order
    from attribute_values
    left join attributes on attribute_values.attribute = attributes.attribute
    left join labels as all_labels
        on attribute_values.attribute = 'all' and all_labels.name = 'all' and all_labels.kind = 'attribute'
    left join labels as value_labels
        on
            attribute_values.attribute = value_labels.name
            and attribute_values.attribute_value = value_labels.value
            and value_labels.kind = 'group_value'
    left join labels as unknown_labels
        on attribute_values.attribute_value = unknown_labels.name and unknown_labels.kind = 'word'
    left join cities on attribute_values.attribute = 'city' and attribute_values.attribute_value = cities.city
    left join bands
        on
            attribute_values.portfolio = bands.portfolio
            and attribute_values.attribute = bands.group_attribute
            and attribute_values.attribute_value = bands.band_code
)

select * from labelled
