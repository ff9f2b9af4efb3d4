-- One row per client to think of keeping: a contact is expected to pay off, or the client is in a target group above
-- the average, or at high risk.
-- depends_on: {{ ref('risk_bands') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='view') }}
{%- set bands = risk_bands() %}

with listed as (
    select
        *,
        coalesce(capped_value, value_at_risk) as counted_value,
        churn_probability * coalesce(capped_value, value_at_risk) as value_to_save,
        {%- for language in ['ru', 'en'] %}
        {{ risk_band_label('risk_band', bands, language) }} as risk_band_label_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_retention_list') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

products as (
    select * from {{ ref('products') }}
),

reasons as (
    select * from {{ ref('int_call_reasons') }}
),

groups as (
    select * from {{ ref('int_offered_cells') }}
),

segments as (
    select * from {{ ref('int_segment_words') }}
),

final as (
    select
        listed.portfolio,
        listed.priority,
        listed.client_key,
        listed.client_id,
        listed.city,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        listed.product_count,
        listed.balance,
        listed.churn_probability,
        listed.churn_definition,
        listed.horizon_days,
        listed.risk_band,
        listed.risk_band_label_ru,
        listed.risk_band_label_en,
        reasons.reason_1_ru,
        reasons.reason_1_en,
        reasons.reason_2_ru,
        reasons.reason_2_en,
        reasons.reason_3_ru,
        reasons.reason_3_en,
        concat_ws(
            ' | ', groups.target_groups, case when listed.is_high_risk then 'high_risk' end
        ) as target_groups,
        {%- for language in ['ru', 'en'] %}
        concat_ws(
            ' | ',
            groups.group_names_{{ language }},
            case when listed.is_high_risk then listed.risk_band_label_{{ language }} end
        ) as group_names_{{ language }},
        {%- endfor %}
        listed.offer_code as offer,
        offers.label_ru || coalesce(': ' || products.label_ru, '') as offer_label_ru,
        offers.label_en || coalesce(': ' || products.label_en, '') as offer_label_en,
        listed.value_at_risk,
        listed.income_horizon,
        listed.counted_value,
        listed.capped_value is not null as is_value_capped,
        listed.value_to_save,
        listed.churn_probability * listed.value_at_risk as expected_loss,
        offers.kept_share,
        offers.kept_share_low,
        offers.kept_share_high,
        offers.kept_share_source_ru,
        offers.kept_share_source_en,
        listed.value_to_save * offers.kept_share as expected_saved_value,
        offers.contact_cost,
        listed.value_to_save * offers.kept_share - offers.contact_cost as expected_net_value,
        offers.contact_cost / nullif(listed.counted_value * offers.kept_share, 0) as break_even_probability,
        coalesce(listed.value_to_save * offers.kept_share - offers.contact_cost > 0, false) as is_worth_contacting,
        listed.data_origin
    from listed
    left join offers on listed.portfolio = offers.portfolio and listed.offer_code = offers.offer_code
    left join products on listed.product_code = products.product_code
    left join reasons on listed.reason_set = reasons.reason_set
    left join groups on listed.group_cell_id = groups.cell_id
    left join segments on listed.portfolio = segments.portfolio and listed.segment_code = segments.segment_code
)

select * from final
