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
        churn_probability * coalesce(capped_value, value_at_risk) as value_to_save
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

labelled as (
    select
        listed.*,
        {%- for language in ['ru', 'en'] %}
        case listed.risk_band
            {%- for band in bands %}
            when '{{ band['risk_band'] }}' then '{{ band['label_' ~ language] }}'
            {%- endfor %}
        end as risk_band_label_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from listed
),

final as (
    select
        labelled.portfolio,
        labelled.priority,
        labelled.client_key,
        labelled.client_id,
        labelled.city,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        labelled.product_count,
        labelled.balance,
        labelled.churn_probability,
        labelled.churn_definition,
        labelled.horizon_days,
        labelled.risk_band,
        labelled.risk_band_label_ru,
        labelled.risk_band_label_en,
        reasons.reason_1_ru,
        reasons.reason_1_en,
        reasons.reason_2_ru,
        reasons.reason_2_en,
        reasons.reason_3_ru,
        reasons.reason_3_en,
        concat_ws(
            ' | ', groups.target_groups, case when labelled.is_high_risk then 'high_risk' end
        ) as target_groups,
        {%- for language in ['ru', 'en'] %}
        concat_ws(
            ' | ',
            groups.group_names_{{ language }},
            case when labelled.is_high_risk then labelled.risk_band_label_{{ language }} end
        ) as group_names_{{ language }},
        {%- endfor %}
        labelled.offer_code as offer,
        offers.label_ru || coalesce(': ' || products.label_ru, '') as offer_label_ru,
        offers.label_en || coalesce(': ' || products.label_en, '') as offer_label_en,
        labelled.value_at_risk,
        labelled.income_horizon,
        labelled.counted_value,
        labelled.capped_value is not null as is_value_capped,
        labelled.value_to_save,
        labelled.churn_probability * labelled.value_at_risk as expected_loss,
        offers.kept_share,
        offers.kept_share_low,
        offers.kept_share_high,
        offers.kept_share_source_ru,
        offers.kept_share_source_en,
        labelled.value_to_save * offers.kept_share as expected_saved_value,
        offers.contact_cost,
        labelled.value_to_save * offers.kept_share - offers.contact_cost as expected_net_value,
        offers.contact_cost / nullif(labelled.counted_value * offers.kept_share, 0) as break_even_probability,
        coalesce(labelled.value_to_save * offers.kept_share - offers.contact_cost > 0, false) as is_worth_contacting,
        labelled.data_origin
    from labelled
    left join offers on labelled.portfolio = offers.portfolio and labelled.offer_code = offers.offer_code
    left join products on labelled.product_code = products.product_code
    left join reasons on labelled.reason_set = reasons.reason_set
    left join groups on labelled.group_cell_id = groups.cell_id
    left join segments on labelled.portfolio = segments.portfolio and labelled.segment_code = segments.segment_code
)

select * from final
