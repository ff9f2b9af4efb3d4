-- One row per portfolio: how many groups the bound of the search allows for. Where attributes were left out because
-- they go less with churn, it allows for every group that they could have made too: they were looked at, by
-- themselves.
with counts as (
    select
        portfolio,
        count(*) as group_count
    from {{ ref('int_group_counts') }}
    group by portfolio
),

attributes as (
    select
        portfolio,
        max(possible_group_count) as possible_group_count,
        count(*) filter (where not is_searched) as left_out_count
    from {{ ref('int_searched_attributes') }}
    group by portfolio
),

final as (
    select
        counts.portfolio,
        cast(
            case
                when attributes.left_out_count > 0 then attributes.possible_group_count
                else counts.group_count
            end as bigint
        ) as comparison_count
    from counts
    inner join attributes on counts.portfolio = attributes.portfolio
)

select * from final
