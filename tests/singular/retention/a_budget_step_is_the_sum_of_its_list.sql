-- Claim: each step of the budget is what contacting the list down to its last client costs and may keep, to three
-- digits.
with listed as (
    select
        portfolio,
        priority,
        sum(contact_cost) over down_to as spent,
        sum(churn_probability * kept_share) over down_to as kept,
        sum(expected_saved_value) over down_to as saved,
        sum(value_to_save * kept_share_low) over down_to as saved_if_low,
        sum(value_to_save * kept_share_high) over down_to as saved_if_high
    from {{ ref('retention_list') }}
    where is_worth_contacting
    window down_to as (partition by portfolio order by priority rows unbounded preceding)
),

compared as (
    select
        budget.portfolio,
        budget.budget_step,
        budget.contact_count,
        budget.contact_count = budget.paying_contact_count as is_whole,
        budget.budget_step = 20 as is_last,
        abs(budget.budget - listed.spent) <= 1e-6 * listed.spent as is_cost,
        abs(budget.kept_count - listed.kept) <= 0.006 * listed.kept as is_kept,
        abs(budget.expected_saved_value - listed.saved) <= 0.006 * listed.saved as is_saved,
        abs(budget.expected_net_value - (listed.saved - listed.spent))
        <= 0.006 * abs(listed.saved - listed.spent) + 1e-6 as is_net,
        abs(budget.net_value_if_low - (listed.saved_if_low - listed.spent))
        <= 0.006 * abs(listed.saved_if_low - listed.spent) + 1e-6 as is_low,
        abs(budget.net_value_if_high - (listed.saved_if_high - listed.spent))
        <= 0.006 * abs(listed.saved_if_high - listed.spent) + 1e-6 as is_high
    from {{ ref('retention_budget', v=2) }} as budget
    left join listed
        on budget.portfolio = listed.portfolio and budget.contact_count = listed.priority
)

select *
from compared
where
    (is_cost and is_kept and is_saved and is_net and is_low and is_high) is not true
    or is_whole <> is_last
