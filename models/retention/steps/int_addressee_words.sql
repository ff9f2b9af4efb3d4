-- One row per portfolio × recommendation for some of the clients: who they are, by the conditions of its offer, the
-- registered group or the segment.
-- sqlfluff:exclude_rules:layout.indent
{{ config(materialized='table') }}

with registered as (
    select * from {{ ref('registered_recommendations') }}
),

offers as (
    select * from {{ ref('offers') }}
    where recommendation_id is not null
),

conditions as (
    select * from {{ ref('int_offer_conditions') }}
),

value_labels as (
    select * from {{ ref('int_value_labels') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

groups as (
    select * from {{ ref('registered_groups') }}
),

segments as (
    select * from {{ ref('int_segment_words') }}
),

-- A value that several conditions on one attribute allow, all of them.
allowed as (
    select
        value_labels.portfolio,
        conditions.offer_code,
        value_labels.attribute,
        value_labels.attribute_value,
        max(value_labels.band_order) as band_order,
        {%- for language in ['ru', 'en'] %}
        max(value_labels.value_label_{{ language }}) as value_label_{{ language }},
        max(
            case
                when {{ is_named_with_attribute('attributes') }}
                    then value_labels.attribute_label_{{ language }} || ': '
                else ''
            end
        ) as prefix_{{ language }},
        {%- endfor %}
        count(*) as condition_count
    from conditions
    inner join value_labels
        on
            conditions.portfolio = value_labels.portfolio
            and conditions.attribute = value_labels.attribute
            and {{ is_in_groups('value_labels.attribute_value', 'conditions.allowed_values') }}
    left join attributes on value_labels.attribute = attributes.attribute
    group by value_labels.portfolio, conditions.offer_code, value_labels.attribute, value_labels.attribute_value
),

demanded as (
    select
        portfolio,
        offer_code,
        attribute,
        count(*) as condition_count
    from conditions
    group by portfolio, offer_code, attribute
),

listed as (
    select
        allowed.portfolio,
        allowed.offer_code,
        allowed.attribute,
        {%- for language, also in [('ru', ' или '), ('en', ' or ')] %}
        max(allowed.prefix_{{ language }}) || {{ dbt.listagg(
            'allowed.value_label_' ~ language, "'" ~ also ~ "'", 'order by allowed.band_order, allowed.attribute_value'
        ) }} as condition_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from allowed
    inner join demanded
        on
            allowed.portfolio = demanded.portfolio
            and allowed.offer_code = demanded.offer_code
            and allowed.attribute = demanded.attribute
            and allowed.condition_count = demanded.condition_count
    group by allowed.portfolio, allowed.offer_code, allowed.attribute
),

offered as (
    select
        portfolio,
        offer_code,
        {%- for language in ['ru', 'en'] %}
        {{ dbt.listagg('condition_' ~ language, "'; '", 'order by attribute') }} as whom_{{ language }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from listed
    group by portfolio, offer_code
),

final as (
    select
        segments.portfolio,
        registered.recommendation_id,
        {%- for language in ['ru', 'en'] %}
        coalesce(
            max(offered.whom_{{ language }}),
            max(case
                when offers.offer_code is null
                    then lower(substr(groups.name_{{ language }}, 1, 1)) || substr(groups.name_{{ language }}, 2)
            end),
            max(case
                when offers.offer_code is null and registered.segment_code = segments.segment_code
                    then
                        lower(substr(segments.who_{{ language }}, 1, 1)) || substr(segments.who_{{ language }}, 2)
            end)
        ) as whom_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from registered
    cross join segments
    left join offers on registered.recommendation_id = offers.recommendation_id
    left join offered on segments.portfolio = offered.portfolio and offers.offer_code = offered.offer_code
    left join groups on registered.group_code = groups.group_code
    group by segments.portfolio, registered.recommendation_id
)

select * from final
