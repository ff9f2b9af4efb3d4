-- One row per portfolio × dimension: how strongly a missing balance goes with it, where it is missing most and least.
with profile as (
    select * from {{ ref('missing_balance_profile') }}
    where dimension_name <> 'all'
),

whole as (
    select * from {{ ref('missing_balance_profile') }}
    where dimension_name = 'all'
),

-- A 2 × k table: the sum over both rows of (observed - expected)² / expected, divided by n.
associated as (
    select
        profile.portfolio,
        profile.dimension_name,
        min(profile.dimension_label_ru) as dimension_label_ru,
        min(profile.dimension_label_en) as dimension_label_en,
        count(*) as value_count,
        sqrt(
            sum(
                power(profile.missing_count - whole.missing_share * profile.client_count, 2)
                / profile.client_count
            ) / nullif(max(whole.missing_share * (1 - whole.missing_share) * whole.client_count), 0)
        ) as cramers_v
    from profile
    inner join whole on profile.portfolio = whole.portfolio
    group by profile.portfolio, profile.dimension_name
),

-- Shares of few clients are not compared.
ends as (
    select
        *,
        row_number() over (
            partition by portfolio, dimension_name order by missing_share desc, client_count desc, dimension_value asc
        ) as from_highest,
        row_number() over (
            partition by portfolio, dimension_name order by missing_share asc, client_count desc, dimension_value asc
        ) as from_lowest
    from profile
    where client_count >= {{ var('small_group_size') }}
),

final as (
    select
        associated.*,
        highest.value_label_ru as highest_label_ru,
        highest.value_label_en as highest_label_en,
        highest.missing_share as highest_missing_share,
        lowest.value_label_ru as lowest_label_ru,
        lowest.value_label_en as lowest_label_en,
        lowest.missing_share as lowest_missing_share,
        coalesce(highest.is_suppressed or lowest.is_suppressed, false) as is_suppressed
    from associated
    left join ends as highest
        on
            associated.portfolio = highest.portfolio
            and associated.dimension_name = highest.dimension_name
            and highest.from_highest = 1
    left join ends as lowest
        on
            associated.portfolio = lowest.portfolio
            and associated.dimension_name = lowest.dimension_name
            and lowest.from_lowest = 1
)

select * from final
