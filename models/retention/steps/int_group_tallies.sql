-- One row per portfolio × number of clients × number of churned ones that a group of the search, or half of one, has.
with counts as (
    select * from {{ ref('int_group_counts') }}
    where client_count >= {{ var('min_target_group_size') }}
),

looked_at as (
    select * from {{ ref('int_group_comparisons') }}
),

tallies as (
    select
        portfolio,
        client_count,
        churned_count
    from counts
    union distinct
    select
        portfolio,
        half_client_count as client_count,
        half_churned_count as churned_count
    from counts
    union distinct
    select
        portfolio,
        client_count - half_client_count as client_count,
        churned_count - half_churned_count as churned_count
    from counts
),

final as (
    select
        tallies.*,
        looked_at.comparison_count
    from tallies
    inner join looked_at on tallies.portfolio = looked_at.portfolio
)

select * from final
