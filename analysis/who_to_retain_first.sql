-- Which groups without overlap hold the most churn, and how many clients would a campaign for them reach?
with groups as (
    select * from {{ ref('target_groups') }}
    where cover_order is not null
),

final as (
    select
        portfolio,
        cover_order,
        rule_ru,
        rule_en,
        rule_sql,
        clients_to_contact,
        churn_rate,
        ci_low,
        ci_high,
        lower_bound,
        cover_share_of_clients,
        cover_share_of_churn
    from groups
)

select * from final
order by portfolio, cover_order
