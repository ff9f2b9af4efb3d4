-- One row per client who has not left and is in a target group above the average, or at high risk by the model: its
-- groups, and the recommendation whose offer fits best.
-- depends_on: {{ ref('int_group_offers') }}
{{ config(materialized='table') }}

{%- set groups = retention_groups() %}
with clients as (
    select * from {{ ref('int_segmented_clients') }}
    where churn_group is null or churn_group = 'stayed'
),

-- Rules compare texts, as the cells do that they were found in.
worded as (
    select
        {%- for attribute in attribute_names('rates') %}
        {{ group_text(attribute) }} as {{ attribute }},
        {%- endfor %}
        portfolio,
        client_key,
        client_id,
        city as client_city,
        segment_v1,
        product_count as products,
        balance
    from clients
),

client_values as (
    select * from {{ ref('int_client_values') }}
),

risks as (
    select * from {{ ref('risk_bands') }}
),

grouped as (
    select
        concat_ws(
            ' | ',
            {%- for group in groups %}
            case when {{ group.condition }} then {{ group.group_code }} end,
            {%- endfor %}
            cast(null as {{ dbt.type_string() }})
        ) as target_groups,
        coalesce(
            {%- for group in groups if group.recommendation_order is not none %}
            case when {{ group.condition }} then {{ group.recommendation_order }} end,
            {%- endfor %}
            cast(null as integer),
            cast(null as integer)
        ) as recommendation_order,
        *
    from worded
),

-- The model's high risks are a group of their own, so that nobody is missed for not fitting a rule.
final as (
    select
        grouped.portfolio,
        grouped.client_key,
        grouped.client_id,
        grouped.client_city as city,
        grouped.segment_v1 as segment_code,
        grouped.products as product_count,
        grouped.balance,
        concat_ws(
            ' | ', nullif(grouped.target_groups, ''), case when risks.band_order >= 3 then 'high_risk' end
        ) as target_groups,
        grouped.recommendation_order,
        client_values.churn_probability,
        client_values.risk_band,
        client_values.value_at_risk,
        client_values.expected_loss,
        client_values.expected_saved_value,
        client_values.expected_net_value,
        client_values.break_even_probability
    from grouped
    inner join client_values on grouped.client_key = client_values.client_key
    left join risks on client_values.risk_band = risks.risk_band
    where grouped.target_groups <> '' or risks.band_order >= 3
)

select * from final
