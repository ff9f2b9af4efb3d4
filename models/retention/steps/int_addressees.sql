-- One row per portfolio × recommendation: the people it is for, how many of them left and how many are left to advise.
{{ config(materialized='table') }}

with registered as (
    select * from {{ ref('registered_recommendations') }}
),

cells as (
    select * from {{ ref('churn_cells') }}
),

offers as (
    select * from {{ ref('offers') }}
    where recommendation_id is not null
),

offer_cells as (
    select * from {{ ref('int_offer_cells') }}
),

group_cells as (
    select * from {{ ref('int_group_members') }}
),

segments as (
    select * from {{ ref('segment_portraits', v=1) }}
),

covered as (
    select * from {{ ref('target_groups') }}
    where cover_order is not null
),

-- Who can get the offer; without an offer, the registered group; for "cover" the groups found; else the segment that
-- is named, else everybody.
members as (
    select
        offers.recommendation_id,
        offer_cells.cell_id
    from offers
    inner join offer_cells on offers.offer_code = offer_cells.offer_code
    union
    select
        registered.recommendation_id,
        group_cells.cell_id
    from registered
    inner join group_cells on registered.group_code = group_cells.group_code
    left join offers on registered.recommendation_id = offers.recommendation_id
    where offers.recommendation_id is null
    union
    select
        registered.recommendation_id,
        group_cells.cell_id
    from registered
    inner join covered on registered.evidence_kind = 'cover'
    inner join group_cells on covered.portfolio = group_cells.portfolio and covered.group_code = group_cells.group_code
    union
    select
        registered.recommendation_id,
        cells.cell_id
    from registered
    left join offers on registered.recommendation_id = offers.recommendation_id
    cross join cells
    where
        offers.recommendation_id is null
        and registered.group_code is null
        and registered.segment_code is null
        and registered.evidence_kind <> 'cover'
),

counted as (
    select
        cells.portfolio,
        members.recommendation_id,
        sum(cells.known_churn_count) as client_count,
        sum(cells.churned_count) as churned_count,
        sum(cells.client_count - cells.churned_count) as clients_to_contact
    from members
    inner join cells on members.cell_id = cells.cell_id
    group by cells.portfolio, members.recommendation_id
    union all
    select
        segments.portfolio,
        registered.recommendation_id,
        segments.client_count,
        segments.churned_count,
        segments.all_client_count - segments.churned_count as clients_to_contact
    from registered
    inner join segments on registered.segment_code = segments.segment_code
    left join offers on registered.recommendation_id = offers.recommendation_id
    where
        offers.recommendation_id is null and registered.group_code is null and registered.evidence_kind <> 'cover'
),

portfolios as (
    select distinct portfolio from cells
),

final as (
    select
        portfolios.portfolio,
        registered.recommendation_id,
        cast(coalesce(counted.client_count, 0) as bigint) as client_count,
        cast(coalesce(counted.churned_count, 0) as bigint) as churned_count,
        cast(coalesce(counted.clients_to_contact, 0) as bigint) as clients_to_contact
    from registered
    cross join portfolios
    left join counted
        on portfolios.portfolio = counted.portfolio and registered.recommendation_id = counted.recommendation_id
)

select * from final
