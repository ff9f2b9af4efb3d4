-- One row per portfolio × twentieth of the retention list, by priority: what so many contacts cost and may bring.
with listed as (
    select * from {{ ref('retention_list') }}
    where expected_net_value is not null
),

sizes as (
    select
        portfolio,
        count(*) as list_size,
        cast(count(*) filter (where is_worth_contacting) as bigint) as break_even_contact_count,
        sum(contact_cost) filter (where is_worth_contacting) as break_even_budget,
        sum(expected_net_value) filter (where is_worth_contacting) as best_net_value
    from {{ ref('retention_list') }}
    where expected_net_value is not null
    group by portfolio
),

stepped as (
    select
        listed.*,
        sizes.list_size,
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
        sum(churn_probability) as added_churn,
        sum(churn_probability * kept_share) as added_kept,
        sum(expected_loss) as added_loss,
        sum(expected_saved_value) as added_saved_value,
        min(churn_probability) as lowest_probability,
        min(expected_net_value) as marginal_net_value
    from stepped
    group by portfolio, budget_step
),

cumulated as (
    select
        *,
        sum(added_cost) over up_to as budget,
        sum(added_churn) over up_to as expected_churned_count,
        sum(added_kept) over up_to as expected_clients_saved,
        sum(added_loss) over up_to as expected_loss,
        sum(added_saved_value) over up_to as expected_saved_value
    from steps
    window up_to as (partition by portfolio order by budget_step rows unbounded preceding)
),

final as (
    select
        cumulated.portfolio,
        cumulated.budget_step,
        cast(cumulated.contact_count as double) / sizes.list_size as share_of_list,
        cast(cumulated.contact_count as bigint) as contact_count,
        cumulated.budget,
        cumulated.expected_churned_count,
        cumulated.expected_clients_saved,
        cumulated.expected_loss,
        cumulated.expected_saved_value,
        cumulated.expected_saved_value - cumulated.budget as expected_net_value,
        cumulated.marginal_net_value,
        cumulated.marginal_net_value > 0 as pays_off,
        sizes.break_even_contact_count,
        sizes.break_even_budget,
        sizes.best_net_value,
        {{ is_tiny('cumulated.added_contact_count') }} as is_suppressed,
        {{ data_origin_of('cumulated.portfolio') }} as data_origin
    from cumulated
    inner join sizes on cumulated.portfolio = sizes.portfolio
)

select * from final
