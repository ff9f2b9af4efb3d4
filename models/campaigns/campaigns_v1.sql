-- One row per campaign: what was planned, how far it is, and whether its split can be relied on.
with plans as (
    select * from {{ ref('int_campaign_plans') }}
),

checks as (
    select * from {{ ref('int_campaign_checks') }}
),

offers as (
    select * from {{ ref('offers') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

final as (
    select
        plans.portfolio,
        plans.campaign,
        plans.offer,
        coalesce(offers.label_ru, plans.offer) as offer_label_ru,
        coalesce(offers.label_en, plans.offer) as offer_label_en,
        plans.target_group,
        plans.starts_on,
        plans.ends_on,
        plans.horizon_days,
        case when plans.measured_on is null then 'running' else 'finished' end as status,
        plans.measured_on,
        checks.treated_count,
        checks.control_count,
        plans.control_share,
        plans.contact_cost,
        plans.in_other_campaigns_count,
        plans.contacted_recently_count,
        plans.do_not_contact_count,
        plans.expected_leaving,
        plans.assumed_kept_share,
        plans.smallest_kept_share,
        plans.smallest_kept_share_pooled,
        case when plans.has_contacts then checks.contacted_count end as contacted_count,
        case when plans.has_contacts then cast(checks.contacted_count as double) / nullif(checks.treated_count, 0) end
            as contacted_share,
        case when plans.has_contacts then checks.control_contacted_count end as control_contacted_count,
        plans.planned_treated_count + plans.planned_control_count - checks.treated_count - checks.control_count
            as missing_count,
        checks.disappeared_count,
        checks.broken_count,
        checks.ratio_deviation,
        coalesce(abs(checks.ratio_deviation) < 3.29e0, false) and checks.broken_count = 0 as split_holds,
        checks.most_unequal_attribute,
        coalesce(attributes.label_ru, case when checks.most_unequal_attribute is not null then 'вероятность' end)
            as most_unequal_label_ru,
        coalesce(attributes.label_en, case when checks.most_unequal_attribute is not null then 'probability' end)
            as most_unequal_label_en,
        checks.largest_imbalance,
        case
            when
                checks.largest_imbalance is not null
                and checks.treated_count >= {{ var('small_group_size') }}
                and checks.control_count >= {{ var('small_group_size') }}
                then abs(checks.largest_imbalance) < 3.29e0
        end as is_balanced,
        {{ is_tiny('checks.treated_count') }} or {{ is_tiny('checks.control_count') }} as is_suppressed,
        {{ data_origin_of('plans.portfolio') }} as data_origin
    from plans
    inner join checks on plans.portfolio = checks.portfolio and plans.campaign = checks.campaign
    left join offers on plans.offer = offers.offer_code
    left join attributes on checks.most_unequal_attribute = attributes.attribute
)

select * from final
