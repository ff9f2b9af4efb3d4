-- One row per portfolio × hypothesis on churn whose difference turns round between strata: which way it goes in each.
-- sqlfluff:exclude_rules:layout.indent
{{ config(materialized='table') }}

with hypotheses as (
    select * from {{ ref('hypothesis_results') }}
    where direction_reverses and metric = 'is_churned'
),

moments as (
    select * from {{ ref('metric_moments') }}
    where cleaning_scenario = '{{ var("cleaning_scenario") }}' and metric = 'is_churned'
),

phrases as (
    select * from {{ ref('labels') }}
    where kind = 'stratum'
),

value_labels as (
    select * from {{ ref('int_value_labels') }}
),

sided as (
    select
        hypotheses.portfolio,
        hypotheses.hypothesis_id,
        hypotheses.stratified_attribute,
        hypotheses.strata_higher,
        hypotheses.strata_lower,
        moments.stratum_value,
        moments.client_count,
        moments.mean,
        case
            when {{ is_in_groups('moments.group_value', 'hypotheses.group_a') }} then 'a'
            when
                hypotheses.group_b = 'rest' or {{ is_in_groups('moments.group_value', 'hypotheses.group_b') }}
                then 'b'
        end as side
    from hypotheses
    inner join moments
        on
            hypotheses.portfolio = moments.portfolio
            and hypotheses.group_attribute = moments.group_attribute
            and hypotheses.stratified_attribute = moments.stratum_attribute
    where moments.group_value <> 'unknown' and moments.stratum_value <> 'unknown'
),

strata as (
    select
        portfolio,
        hypothesis_id,
        stratified_attribute,
        stratum_value,
        max(case when {{ is_in_groups('stratum_value', 'strata_higher') }} then 1 else 0 end) as is_higher,
        max(case when {{ is_in_groups('stratum_value', 'strata_lower') }} then 1 else 0 end) as is_lower,
        {%- for side in ['a', 'b'] %}
        sum(case when side = '{{ side }}' then mean * client_count end)
        / sum(case when side = '{{ side }}' then client_count end) as rate_{{ side }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sided
    group by portfolio, hypothesis_id, stratified_attribute, stratum_value
    having
        sum(case when side = 'a' then client_count end) > 0
        and sum(case when side = 'b' then client_count end) > 0
),

named as (
    select
        strata.*,
        coalesce(attributes.label_ru, 'признака «' || value_labels.attribute_label_ru || '»') as depends_on_ru,
        coalesce(attributes.label_en, value_labels.attribute_label_en) as depends_on_en,
        coalesce(phrases.label_ru, 'в группе «' || value_labels.value_label_ru || '»') as whose_ru,
        coalesce(phrases.label_en, 'in the group “' || value_labels.value_label_en || '”') as whose_en
    from strata
    inner join value_labels
        on
            strata.portfolio = value_labels.portfolio
            and strata.stratified_attribute = value_labels.attribute
            and strata.stratum_value = value_labels.attribute_value
    left join phrases as attributes on strata.stratified_attribute = attributes.name and attributes.value is null
    left join phrases on strata.stratified_attribute = phrases.name and strata.stratum_value = phrases.value
),

worded as (
    select
        *,
        {%- for language, higher, lower, unclear, against in [
            ('ru', 'чаще', 'реже', 'неясно', ' против '), ('en', 'more often', 'less often', 'not clear', ' against '),
        ] %}
        whose_{{ language }} || ' — '
        || case
            when is_higher + is_lower = 0 then '{{ unclear }}'
            else
                case when is_higher = 1 then '{{ higher }}' else '{{ lower }}' end
                || ' (' || {{ percent_text('rate_a', language) }}
                || '{{ against }}' || {{ percent_text('rate_b', language) }} || ')'
        end as stratum_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
),

final as (
    select
        portfolio,
        hypothesis_id,
        'направление зависит от ' || max(depends_on_ru) || ': '
        || {{ dbt.listagg('stratum_ru', "', '", 'order by stratum_value') }} as strata_ru,
        'which way it goes depends on the ' || max(depends_on_en) || ': '
        || {{ dbt.listagg('stratum_en', "', '", 'order by stratum_value') }} as strata_en
    from worded
    group by portfolio, hypothesis_id
)

select * from final
