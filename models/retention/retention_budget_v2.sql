-- One row per portfolio × twentieth of the clients whose contact is expected to pay off, by priority: what so many
-- contacts cost and may keep, with intervals, under the kept shares measured or assumed for the offers. Money has
-- three digits.
with listed as (
    select * from {{ ref('retention_list') }}
    where is_worth_contacting
),

held_back as (
    select
        portfolio,
        count(*) as held_back_count
    from {{ ref('int_held_back_clients') }}
    group by portfolio
),

sizes as (
    select
        portfolio,
        count(*) as list_size,
        sum(contact_cost) as paying_budget,
        sum(expected_net_value) as best_net_value,
        max(churn_definition) as churn_definition,
        max(horizon_days) as horizon_days
    from {{ ref('retention_list') }}
    where is_worth_contacting
    group by portfolio
),

-- A contact keeps a client with the probability of leaving, of resembling the leavers where there is one extract only,
-- times the kept share of the offer.
stepped as (
    select
        listed.portfolio,
        listed.priority,
        listed.contact_cost,
        listed.expected_net_value,
        listed.expected_saved_value,
        listed.value_to_save * listed.kept_share_low as saved_value_if_low,
        listed.value_to_save * listed.kept_share_high as saved_value_if_high,
        listed.churn_probability * listed.kept_share as kept_probability,
        listed.counted_value,
        cast(ceil(20e0 * listed.priority / sizes.list_size) as integer) as budget_step
    from listed
    inner join sizes on listed.portfolio = sizes.portfolio
),

steps as (
    select
        portfolio,
        budget_step,
        max(priority) as contact_count,
        count(*) as added_contact_count,
        sum(contact_cost) as added_cost,
        sum(kept_probability) as added_kept,
        sum(expected_saved_value) as added_saved_value,
        sum(saved_value_if_low) as added_if_low,
        sum(saved_value_if_high) as added_if_high,
        sum(kept_probability * (1 - kept_probability) * counted_value * counted_value) as added_variance,
        sum(case when priority <= 10 then expected_saved_value else 0 end) as added_by_ten,
        min(expected_net_value) as marginal_net_value
    from stepped
    group by portfolio, budget_step
),

cumulated as (
    select
        *,
        sum(added_cost) over up_to as budget,
        sum(added_kept) over up_to as kept_count,
        sum(added_saved_value) over up_to as saved_value,
        sum(added_if_low) over up_to as saved_value_if_low,
        sum(added_if_high) over up_to as saved_value_if_high,
        sum(added_variance) over up_to as variance,
        sum(added_by_ten) over up_to as saved_by_ten
    from steps
    window up_to as (partition by portfolio order by budget_step rows unbounded preceding)
),

-- Chance alone, the assumptions granted: of a count by the square root, whose spread is nearly a half whatever the
-- count (Anscombe 1948, Biometrika 35); of a sum by its variance.
bounded as (
    select
        *,
        saved_value - budget as net_value,
        power(greatest(sqrt(kept_count) - 0.979981992270027e0, 0e0), 2) as kept_low,
        power(sqrt(kept_count) + 0.979981992270027e0, 2) as kept_high,
        greatest(saved_value - 1.959963984540054e0 * sqrt(variance), 0e0) as saved_value_low,
        saved_value + 1.959963984540054e0 * sqrt(variance) as saved_value_high
    from cumulated
),

final as (
    select
        bounded.portfolio,
        bounded.budget_step,
        cast(bounded.contact_count as double) / sizes.list_size as share_of_list,
        cast(bounded.contact_count as bigint) as contact_count,
        bounded.budget,
        bounded.kept_count,
        bounded.kept_low,
        bounded.kept_high,
        {%- for column, name in [
            ('saved_value', 'expected_saved_value'), ('saved_value_low', 'saved_value_low'),
            ('saved_value_high', 'saved_value_high'), ('net_value', 'expected_net_value'),
            ('saved_value_low - bounded.budget', 'net_value_low'),
            ('saved_value_high - bounded.budget', 'net_value_high'),
            ('saved_value_if_low - bounded.budget', 'net_value_if_low'),
            ('saved_value_if_high - bounded.budget', 'net_value_if_high'),
        ] %}
        sign(bounded.{{ column }}) * {{ round_to_significant('abs(bounded.' ~ column ~ ')') }} as {{ name }},
        {%- endfor %}
        bounded.marginal_net_value,
        bounded.saved_by_ten / nullif(bounded.saved_value, 0) as share_of_ten_clients,
        coalesce(
            bounded.saved_by_ten / nullif(bounded.saved_value, 0) > {{ var('few_clients_share') }}e0
            and bounded.contact_count > 10, false
        ) as rests_on_few_clients,
        cast(sizes.list_size as bigint) as paying_contact_count,
        sizes.paying_budget,
        {{ round_to_significant('sizes.best_net_value') }} as best_net_value,
        cast(coalesce(held_back.held_back_count, 0) as bigint) as held_back_count,
        sizes.churn_definition,
        sizes.horizon_days,
        {{ currency_of('bounded.portfolio', 'ru') }} as currency_ru,
        {{ currency_of('bounded.portfolio', 'en') }} as currency_en,
        {{ is_tiny('bounded.added_contact_count') }} as is_suppressed,
        {{ data_origin_of('bounded.portfolio') }} as data_origin
    from bounded
    inner join sizes on bounded.portfolio = sizes.portfolio
    left join held_back on bounded.portfolio = held_back.portfolio
)

select * from final
