-- One row per client to think of keeping: a contact is expected to pay off, or the client is in a target group above
-- the average, or at high risk.
with candidates as (
    select * from {{ ref('int_retention_candidates') }}
),

reasons as (
    select * from {{ ref('int_call_reasons') }}
),

models as (
    select * from {{ ref('int_churn_model_metadata') }}
),

segments as (
    select * from {{ ref('int_segment_words') }}
),

offers as (
    select * from {{ ref('offers') }}
),

effects as (
    select * from {{ ref('offer_effects') }}
),

next_products as (
    select * from {{ ref('int_next_product_clients') }}
),

risks as (
    select * from {{ ref('risk_bands') }}
),

-- Few combinations of groups exist.
named as (
    select distinct
        portfolio,
        target_groups,
        group_names_ru,
        group_names_en
    from {{ ref('int_offered_cells') }}
),

-- Keys alone are put in order: whole rows with their texts would not fit into memory where clients are many.
ranked as (
    select
        client_key,
        row_number() over (
            partition by portfolio
            order by expected_net_value desc nulls last, value_to_save desc nulls last, client_key asc
        ) as priority
    from {{ ref('int_retention_candidates') }}
),

final as (
    select
        candidates.portfolio,
        cast(ranked.priority as bigint) as priority,
        candidates.client_key,
        candidates.client_id,
        candidates.city,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        candidates.product_count,
        candidates.balance,
        candidates.churn_probability,
        models.churn_definition,
        models.horizon_days,
        candidates.risk_band,
        risks.label_ru as risk_band_label_ru,
        risks.label_en as risk_band_label_en,
        reasons.reason_1_ru,
        reasons.reason_1_en,
        reasons.reason_2_ru,
        reasons.reason_2_en,
        reasons.reason_3_ru,
        reasons.reason_3_en,
        concat_ws(
            ' | ', candidates.target_groups, case when candidates.is_high_risk then 'high_risk' end
        ) as target_groups,
        {%- for language in ['ru', 'en'] %}
        concat_ws(
            ' | ',
            named.group_names_{{ language }},
            case when candidates.is_high_risk then risks.label_{{ language }} end
        ) as group_names_{{ language }},
        {%- endfor %}
        candidates.offer_code as offer,
        offers.label_ru || coalesce(': ' || next_products.product_label_ru, '') as offer_label_ru,
        offers.label_en || coalesce(': ' || next_products.product_label_en, '') as offer_label_en,
        candidates.value_at_risk,
        candidates.income_horizon,
        candidates.counted_value,
        candidates.is_value_capped,
        candidates.value_to_save,
        candidates.churn_probability * candidates.value_at_risk as expected_loss,
        candidates.kept_share,
        greatest(effects.kept_share_low, 0e0) as kept_share_low,
        effects.kept_share_high,
        effects.source_ru as kept_share_source_ru,
        effects.source_en as kept_share_source_en,
        candidates.expected_saved_value,
        candidates.contact_cost,
        candidates.expected_net_value,
        candidates.contact_cost / nullif(candidates.counted_value * candidates.kept_share, 0) as break_even_probability,
        coalesce(candidates.expected_net_value > 0, false) as is_worth_contacting,
        {{ data_origin_of('candidates.portfolio') }} as data_origin
    from candidates
    inner join ranked on candidates.client_key = ranked.client_key
    inner join offers on candidates.offer_code = offers.offer_code
    left join effects on candidates.portfolio = effects.portfolio and candidates.offer_code = effects.offer
    left join next_products on candidates.client_key = next_products.client_key
    left join reasons on candidates.client_key = reasons.client_key
    left join named on candidates.portfolio = named.portfolio and candidates.target_groups = named.target_groups
    left join models on candidates.portfolio = models.portfolio
    left join risks on candidates.risk_band = risks.risk_band
    left join segments
        on candidates.portfolio = segments.portfolio and candidates.segment_code = segments.segment_code
)

select * from final
