-- One row per portfolio × attribute × level × bin: what a client in this bin is like, in words.
{{ config(materialized='table') }}

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

attributes as (
    select * from {{ ref('client_attributes') }}
    where kind in ('value', 'change')
),

-- A whole number below a cut of 45.5 is 45 at most; money is told with three digits.
bounded as (
    select
        bins.*,
        attributes.form as attribute_form,
        attributes.is_additional,
        attributes.kind = 'change' as is_change,
        attributes.reason_label_ru,
        attributes.reason_label_en,
        case
            when attributes.form = 'whole_number' then cast(ceil(bins.lower_bound) as bigint)
            else cast({{ round_to_significant('bins.lower_bound') }} as bigint)
        end as low,
        case
            when attributes.form = 'whole_number' then cast(ceil(bins.upper_bound) as bigint) - 1
            else cast({{ round_to_significant('bins.upper_bound') }} as bigint)
        end as high
    from bins
    left join attributes on bins.feature = attributes.attribute
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

-- An amount in one rounded figure is still a span.
general as (
    select
        *,
        case when form = 'one' and attribute_form = 'amount' then 'between' else form end as general_form,
        low as said_low,
        high as said_high
    from formed
    where not is_change or is_change is null
),

-- A change is told by its direction and size: a fall by 100 to 300 is one by -300 to -100.
changed as (
    select
        *,
        case
            when bin_kind <> 'number' or form = 'any' then form
            when low > 0
                then 'grew_' || case when form = 'one' and attribute_form = 'amount' then 'between' else form end
            when high < 0
                then 'fell_' || case
                    when form = 'one' and attribute_form = 'amount' then 'between'
                    when form = 'up_to' then 'from'
                    else form
                end
            when low = 0 and high = 0 then 'same'
            when low is null and high = 0 then 'not_grown'
            when low is null then 'grown_up_to'
            when high is null and low = 0 then 'not_fallen'
            when high is null then 'fallen_up_to'
            else 'changed_up_to'
        end as general_form,
        case when high < 0 then -high else low end as said_low,
        case
            when high < 0 then -low
            when low <= 0 and high is null then -low
            when low <= 0 and high >= 0 then greatest(-low, high)
            else high
        end as said_high
    from formed
    where is_change
),

told as (
    select * from general
    union all
    select * from changed
),

matched as (
    select
        formed.*,
        coalesce(value_labels.label_ru, words.label_ru) as value_ru,
        coalesce(value_labels.label_en, words.label_en) as value_en,
        {%- for language in ['ru', 'en'] %}
        coalesce(exact.phrase_{{ language }}, own.phrase_{{ language }}, general.phrase_{{ language }})
            as template_{{ language }},
        {%- endfor %}
        cities.city_en
    from told as formed
    left join phrases as exact
        on formed.feature = exact.attribute and formed.form = exact.form and formed.value = exact.value
    left join phrases as own
        on formed.feature = own.attribute and formed.general_form = own.form and own.value is null
    left join phrases as general
        on
            (
                general.attribute = case when formed.is_change then '{change}' else '{any}' end
                or general.attribute = '{' || formed.attribute_form || '}'
            )
            and formed.general_form = general.form
            and general.value is null
    left join cities on formed.feature = 'city' and formed.category = cities.city
    left join labels as value_labels
        on
            value_labels.kind = 'group_value'
            and formed.feature = value_labels.name
            and formed.category = value_labels.value
    left join labels as words
        on words.kind = 'word' and formed.category = words.name and formed.attribute_form = 'yes_no'
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
                        replace(
                            template_{{ language }}, '{label}',
                            -- What a bank calls a number of its own may end in anything.
                            reason_label_{{ language }}
                            || case when is_additional and bin_kind = 'number' then ':' else '' end
                        ),
                        '{low}', coalesce({{ format_thousands('cast(said_low as double)', language) }}, '')
                    ),
                    '{high}', coalesce({{ format_thousands('cast(said_high as double)', language) }}, '')
                ),
                '{value}', coalesce({{ value }}, '')
            )
        end as phrase_{{ language }},
        {%- endfor %}
        bin_kind
    from matched
)

select * from final
