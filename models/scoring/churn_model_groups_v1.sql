-- One row per portfolio × evaluation × model variant × value of an attribute of role fairness: is the model fair to it?
-- depends_on: {{ ref('risk_bands') }}
{%- set attributes = attribute_names('fairness') %}
{#- Flagged: in the highest risk band. #}
{%- set bands = risk_bands() %}
{%- set bound = bands[-2][1] if bands | length > 1 else 0 %}
{%- set flagged = 'cast(predicted_probability >= ' ~ bound ~ 'e0 * band_factor as integer)' %}
with banded as (
    select
        portfolio,
        band_factor
    from {{ ref('int_churn_model_metadata') }}
),

predictions as (
    select
        predicted.*,
        banded.band_factor
    from {{ ref('int_churn_model_predictions') }} as predicted
    inner join banded on predicted.portfolio = banded.portfolio
),

value_labels as (
    select * from {{ ref('int_value_labels') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

grouped as (
    {%- for attribute in attributes %}
    select
        portfolio,
        evaluation,
        model_variant,
        '{{ attribute }}' as dimension_name,
        {{ group_text(attribute) }} as dimension_value,
        cast(count(*) as bigint) as client_count,
        cast(sum(outcome) as bigint) as churned_count,
        cast(sum(predicted_e12) as double) / count(*) / 1e12 as mean_predicted,
        cast(sum({{ flagged }}) as bigint) as flagged_count,
        cast(sum({{ flagged }} * outcome) as bigint) as caught_count,
        cast(sum(cast(is_worth_contacting as integer)) as bigint) as worth_contacting_count
    from predictions
    group by portfolio, evaluation, model_variant, {{ group_text(attribute) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        grouped.portfolio,
        grouped.evaluation,
        grouped.model_variant,
        grouped.dimension_name as attribute,
        grouped.dimension_value as attribute_value,
        coalesce(value_labels.value_label_ru, grouped.dimension_value) as value_label_ru,
        coalesce(value_labels.value_label_en, grouped.dimension_value) as value_label_en,
        grouped.client_count,
        grouped.churned_count,
        cast(grouped.churned_count as double) / grouped.client_count as churn_rate,
        {{ wilson_bound('grouped.churned_count', 'grouped.client_count', 'low') }} as ci_low,
        {{ wilson_bound('grouped.churned_count', 'grouped.client_count', 'high') }} as ci_high,
        grouped.mean_predicted,
        cast(grouped.churned_count as double) / grouped.client_count
        - grouped.mean_predicted as observed_minus_predicted,
        grouped.flagged_count,
        cast(grouped.flagged_count as double) / grouped.client_count as flagged_share,
        1 - cast(grouped.caught_count as double) / nullif(grouped.churned_count, 0) as missed_share,
        cast(grouped.flagged_count - grouped.caught_count as double)
        / nullif(grouped.client_count - grouped.churned_count, 0) as false_alarm_share,
        cast(grouped.worth_contacting_count as double) / grouped.client_count as contact_share,
        grouped.client_count < {{ var('small_group_size') }} as is_small_group,
        {{ is_suppressed('grouped.client_count') }} as is_suppressed,
        metadata.model_version,
        {{ data_origin_of('grouped.portfolio') }} as data_origin
    from grouped
    inner join metadata on grouped.portfolio = metadata.portfolio
    left join value_labels
        on
            grouped.portfolio = value_labels.portfolio
            and grouped.dimension_name = value_labels.attribute
            and grouped.dimension_value = value_labels.attribute_value
    where not {{ lacks_attribute('grouped.portfolio', 'grouped.dimension_name') }}
)

select * from final
