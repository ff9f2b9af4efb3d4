-- Do the groups that the studies name leave more often than others, and how many of the losses are theirs?
with groups as (
    select * from {{ ref('target_groups') }}
    where kind = 'registered'
),

final as (
    select
        portfolio,
        group_code,
        name_ru,
        name_en,
        client_count,
        churn_rate,
        ci_low,
        ci_high,
        lift,
        share_of_clients,
        share_of_churn,
        reading_ru,
        reading_en
    from groups
)

select * from final
order by portfolio, group_code
