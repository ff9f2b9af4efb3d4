-- One row per portfolio × attribute × level × bin: what a client in this bin is like, in words.
{{ config(materialized='table') }}
{%- set whole = "('age', 'credit_score', 'property_points', 'product_count')" %}

with bins as (
    select * from {{ ref('int_churn_model_bins') }}
),

phrases as (
    select * from {{ ref('reason_phrases') }}
),

cities as (
    select distinct
        city,
        city_en
    from {{ ref('cities') }}
),

labels as (
    select * from {{ ref('labels') }}
),

-- A whole number below a cut of 45.5 is 45 at most; money is told with three digits.
bounded as (
    select
        *,
        case
            when feature in {{ whole }} then cast(ceil(lower_bound) as bigint)
            else cast({{ round_to_significant('lower_bound') }} as bigint)
        end as low,
        case
            when feature in {{ whole }} then cast(ceil(upper_bound) as bigint) - 1
            else cast({{ round_to_significant('upper_bound') }} as bigint)
        end as high
    from bins
),

formed as (
    select
        *,
        case
            when bin_kind <> 'number' then bin_kind
            when low is null and high is null then 'any'
            when low is null then 'up_to'
            when high is null then 'from'
            when low >= high then 'one'
            else 'between'
        end as form,
        coalesce(category, cast(low as {{ dbt.type_string() }}), cast(high as {{ dbt.type_string() }})) as value
    from bounded
),

-- Money in one rounded figure is still a span.
matched as (
    select
        formed.*,
        value_labels.label_ru as value_ru,
        value_labels.label_en as value_en,
        {%- for language, not_stated in [('ru', 'не указано'), ('en', 'not stated')] %}
        coalesce(
            exact.phrase_{{ language }},
            general.phrase_{{ language }},
            coalesce(attribute_labels.label_{{ language }}, replace(formed.feature, '_', ' '))
            || case when formed.form = 'missing' then ': {{ not_stated }}' else ': {value}' end
        ) as template_{{ language }},
        {%- endfor %}
        cities.city_en
    from formed
    left join phrases as exact
        on formed.feature = exact.attribute and formed.form = exact.form and formed.value = exact.value
    left join phrases as general
        on
            formed.feature = general.attribute
            and general.value is null
            and case
                when formed.form = 'one' and formed.feature not in {{ whole }} then 'between' else formed.form
            end = general.form
    left join cities on formed.feature = 'city' and formed.category = cities.city
    left join labels as attribute_labels
        on attribute_labels.kind = 'attribute' and formed.feature = attribute_labels.name
    left join labels as value_labels
        on
            value_labels.kind = 'group_value'
            and formed.feature = value_labels.name
            and formed.category = value_labels.value
),

final as (
    select
        portfolio,
        feature,
        bin_level,
        bin,
        low,
        high,
        category,
        {%- for language, value, unseen, any_value in [
            ('ru', 'coalesce(value_ru, category)', 'такого значения модель не знает', 'любое значение'),
            ('en', 'coalesce(city_en, value_en, category)', 'a value the model does not know', 'any value'),
        ] %}
        case
            when bin_kind = 'unseen' then '{{ unseen }}'
            when form = 'any' then '{{ any_value }}'
            else replace(
                replace(
                    replace(
                        template_{{ language }}, '{low}', coalesce({{ format_thousands('cast(low as double)') }}, '')
                    ),
                    '{high}', coalesce({{ format_thousands('cast(high as double)') }}, '')
                ),
                '{value}', coalesce({{ value }}, '')
            )
        end as phrase_{{ language }},
        {%- endfor %}
        bin_kind
    from matched
)

select * from final
