-- Claim: the files of every campaign hold each client in the arm that its plan put it into, no more clients than
-- planned, and days where days belong.
with members as (
    select * from {{ ref('campaign_members') }}
),

campaigns as (
    select * from {{ ref('campaigns') }}
),

moved as (
    select
        portfolio,
        campaign,
        client_id,
        'stands in another arm than planned' as problem
    from members
    where not split_holds
),

misread as (
    select
        portfolio,
        campaign,
        client_id,
        'contacted.csv: no day: ' || unreadable_day as problem
    from members
    where unreadable_day is not null
),

added as (
    select
        portfolio,
        campaign,
        cast(null as {{ dbt.type_string() }}) as client_id,
        'holds more clients than planned' as problem
    from campaigns
    where missing_count < 0
)

select * from moved
union all
select * from misread
union all
select * from added
