-- One row per client who gets an offer of limited capacity: the offer.
-- An offer wanted by more clients than it can take gets a price: what the first of those left out would give for it.
-- Clients ask for the offer of the highest gain above its price; each offer takes those who gain most, the others ask
-- for their next one. Of offers worth the same to a client, the one less sought after is asked for. That is near the
-- linear optimum, not always it: tests hold the sum against 99 % of it.
{{ config(materialized='table') }}

with prices_0 as (
    select distinct
        portfolio,
        offer_code,
        0e0 as price
    from {{ ref('int_offer_bids') }}
),
{%- for round in [1, 2] %}

priced_{{ round }} as (
    select
        bids.portfolio,
        bids.client_key,
        bids.offer_code,
        bids.monthly_capacity,
        bids.gain,
        prices.price,
        row_number() over (
            partition by bids.portfolio, bids.client_key
            order by round(bids.gain - prices.price, 6) desc, prices.price asc, bids.offer_code asc
        ) as place
    from {{ ref('int_offer_bids') }} as bids
    inner join prices_{{ round - 1 }} as prices
        on bids.portfolio = prices.portfolio and bids.offer_code = prices.offer_code
),

-- What else a client could have: the best other offer above its price, or nothing.
compared_{{ round }} as (
    select
        *,
        max(case when place = 1 then gain - price end) over (partition by portfolio, client_key) as best,
        max(case when place = 2 then gain - price end) over (partition by portfolio, client_key) as second_best
    from priced_{{ round }}
),

willing_{{ round }} as (
    select
        *,
        gain - greatest(coalesce(case when place = 1 then second_best else best end, 0e0), 0e0) as willing_price
    from compared_{{ round }}
),

wanted_{{ round }} as (
    select
        *,
        row_number() over (
            partition by portfolio, offer_code order by willing_price desc, client_key asc
        ) as wanted_place
    from willing_{{ round }}
),

prices_{{ round }} as {{ computed_once() }}(
    select
        portfolio,
        offer_code,
        greatest(
            max(price), coalesce(max(case when wanted_place = monthly_capacity + 1 then willing_price end), 0e0)
        ) as price
    from wanted_{{ round }}
    group by portfolio, offer_code
),
{%- endfor %}

-- The last place that an offer still takes; all of them to begin with.
limits_0 as (
    select
        portfolio,
        offer_code,
        price,
        cast(null as bigint) as last_place
    from prices_2
),
{%- for round in range(1, 9) %}

asked_{{ round }} as (
    select
        bids.*,
        limits.price,
        coalesce(bids.gain_place <= limits.last_place, true)
        and row_number() over (
            partition by bids.portfolio, bids.client_key
            order by
                case when bids.gain_place > limits.last_place then 1 else 0 end asc,
                round(bids.gain - limits.price, 6) desc,
                limits.price asc,
                bids.offer_code asc
        ) = 1 as is_asked
    from {{ ref('int_offer_bids') }} as bids
    inner join limits_{{ round - 1 }} as limits
        on bids.portfolio = limits.portfolio and bids.offer_code = limits.offer_code
),

answered_{{ round }} as (
    select
        *,
        case
            when is_asked
                then row_number() over (partition by portfolio, offer_code, is_asked order by gain_place)
        end as asked_place
    from asked_{{ round }}
),
{%- if not loop.last %}

limits_{{ round }} as {{ computed_once() }}(
    select
        portfolio,
        offer_code,
        max(price) as price,
        max(case when asked_place = monthly_capacity then gain_place end) as last_place
    from answered_{{ round }}
    group by portfolio, offer_code
),
{%- endif %}
{%- endfor %}

final as (
    select
        portfolio,
        client_key,
        offer_code,
        gain
    from answered_8
    where asked_place <= monthly_capacity
)

select * from final
