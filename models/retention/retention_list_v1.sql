-- One row per client to think of keeping: who has not left, and is in a target group above the average or at high risk.
with candidates as (
    select * from {{ ref('int_retention_candidates') }}
),

scores as (
    select * from {{ ref('client_churn_scores') }}
),

segments as (
    select * from {{ ref('segments') }}
    where segment_version = 1
),

recommendations as (
    select * from {{ ref('recommendations') }}
    where is_supported and offer_ru is not null
),

-- For clients whose groups have no offer of their own: that of their segment, or the call that everybody may get.
general as (
    select
        portfolio,
        segment_code,
        min(recommendation_order) as recommendation_order
    from recommendations
    where group_code is null
    group by portfolio, segment_code
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
            partition by portfolio order by expected_net_value desc nulls last, client_key asc
        ) as priority
    from {{ ref('int_retention_candidates') }}
),

chosen as (
    select
        candidates.*,
        coalesce(
            candidates.recommendation_order, of_segment.recommendation_order, of_everybody.recommendation_order
        ) as offer_order
    from candidates
    left join general as of_segment
        on candidates.portfolio = of_segment.portfolio and candidates.segment_code = of_segment.segment_code
    left join general as of_everybody
        on candidates.portfolio = of_everybody.portfolio and of_everybody.segment_code is null
),

final as (
    select
        chosen.portfolio,
        cast(ranked.priority as bigint) as priority,
        chosen.client_key,
        chosen.client_id,
        chosen.city,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        chosen.product_count,
        chosen.balance,
        chosen.churn_probability,
        chosen.risk_band,
        scores.risk_band_label_ru,
        scores.risk_band_label_en,
        scores.reason_1_ru,
        scores.reason_1_en,
        scores.reason_2_ru,
        scores.reason_2_en,
        scores.reason_3_ru,
        scores.reason_3_en,
        concat_ws(' | ', chosen.target_groups, case when chosen.is_high_risk then 'high_risk' end) as target_groups,
        {%- for language in ['ru', 'en'] %}
        concat_ws(
            ' | ', named.group_names_{{ language }},
            case when chosen.is_high_risk then scores.risk_band_label_{{ language }} end
        ) as group_names_{{ language }},
        {%- endfor %}
        recommendations.recommendation_id as offer,
        recommendations.offer_ru as offer_label_ru,
        recommendations.offer_en as offer_label_en,
        chosen.value_at_risk,
        chosen.expected_loss,
        chosen.expected_saved_value,
        {{ var('contact_cost') }}e0 as contact_cost,
        chosen.expected_net_value,
        chosen.break_even_probability,
        coalesce(chosen.expected_net_value > 0, false) as is_worth_contacting,
        {{ data_origin_of('chosen.portfolio') }} as data_origin
    from chosen
    inner join ranked on chosen.client_key = ranked.client_key
    inner join scores on chosen.client_key = scores.client_key
    left join named on chosen.portfolio = named.portfolio and chosen.target_groups = named.target_groups
    left join segments on chosen.segment_code = segments.segment_code
    left join recommendations
        on chosen.portfolio = recommendations.portfolio and chosen.offer_order = recommendations.recommendation_order
)

select * from final
