-- Who holds credit cards: how do card holders split into women and men, and what share of either holds a card?
with cells as (
    select * from {{ ref('churn_cells') }}
    where gender <> 'unknown' and has_credit_card <> 'unknown'
),

counted as (
    select
        portfolio,
        gender,
        cast(sum(client_count) as bigint) as client_count,
        cast(coalesce(sum(client_count) filter (where has_credit_card = 'true'), 0) as bigint) as card_holder_count
    from cells
    group by portfolio, gender
),

final as (
    select
        portfolio,
        gender,
        client_count,
        card_holder_count,
        card_holder_count / cast(sum(card_holder_count) over (partition by portfolio) as double)
            as share_of_card_holders,
        card_holder_count / cast(client_count as double) as card_share,
        {{ wilson_bound('card_holder_count', 'client_count', 'low') }} as card_share_ci_low,
        {{ wilson_bound('card_holder_count', 'client_count', 'high') }} as card_share_ci_high
    from counted
)

select * from final
order by portfolio, gender
