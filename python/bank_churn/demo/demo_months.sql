-- What happens to each person of the generated months; see `bank_churn.demo.months` for the truth it is made from.
-- `extract` holds the demo bank's clients as text, by position: the columns of both layouts mean the same.
-- Every event has a clock of its own, so that a month can be generated without the others.
-- `demo_contacts` holds whom campaigns contacted, and within which months a contact may keep somebody.
create or replace temp macro demo_waits(hazard, draw) as 1 + floor(ln(draw) / ln(1e0 - hazard));

create or replace temp macro demo_next_city(city, is_moved) as case
    when not is_moved then city
    when city = 'Ярославль' then 'Рыбинск'
    when city = 'Рыбинск' then getvariable('demo_third_city')
    else 'Ярославль'
end;

create or replace temp macro demo_is_client(month_number, life) as
    month_number >= life.joined and month_number < life.leaves
    and not (month_number >= life.vanishes and month_number < life.is_back);

-- Who left stays in the extract, as one who left, for some months.
create or replace temp macro demo_has_left(month_number, life) as
    month_number >= life.leaves and month_number < life.leaves + getvariable('demo_kept_months')
    and not (month_number >= life.vanishes and month_number < life.is_back);

create or replace temp macro demo_unless_kept(month_number, periods, otherwise) as if(
    len(list_filter(periods, lambda one: month_number between one.first_month and one.last_month)) > 0, 1e9, otherwise
);

create or replace temp macro demo_lives() as table
with persons as (
    select
        *,
        cast(client_id as bigint) - getvariable('demo_first_id') as person,
        if(
            cast(client_id as bigint) - getvariable('demo_first_id') < getvariable('demo_first_rows'),
            1,
            2 + (cast(client_id as bigint) - getvariable('demo_first_id') - getvariable('demo_first_rows'))
            // getvariable('demo_joins')
        ) as joined,
        getvariable('demo_hazard')
        * if(cast(product_count as integer) >= 3, getvariable('demo_many_products_factor'), 1e0)
        * if(gender = 'Ж', getvariable('demo_women_factor'), 1e0) as hazard,
    from extract
),

drawn as (
    select
        *,
        demo_bits(person, 'months a') as bits_a,
        demo_bits(person, 'months b') as bits_b,
        demo_bits(person, 'months c') as bits_c,
    from persons
),

clocks as (
    select
        *,
        -- The first extract holds those who left in the months before it too.
        if(joined = 1, 1 - getvariable('demo_kept_months'), joined)
        + demo_waits(hazard, demo_wide_draw(bits_a, 0)) as would_leave,
        joined + demo_waits(getvariable('demo_vanishing'), demo_wide_draw(bits_a, 1)) as would_vanish,
        demo_draw(bits_b, 0) < getvariable('demo_returning') as comes_back,
        joined + demo_waits(getvariable('demo_switching'), demo_draw(bits_b, 1)) as switches,
        joined + demo_waits(getvariable('demo_moving'), demo_draw(bits_b, 2)) as moves,
        joined + demo_waits(getvariable('demo_buying'), demo_draw(bits_b, 3)) as buys,
        demo_draw(bits_c, 0) < getvariable('demo_broken_share') as is_in_broken_half,
        demo_draw(bits_c, 1) < getvariable('demo_draining') as drains,
    from drawn
),

left_alone as (
    select
        *,
        -- While somebody is away the clock of leaving stands still.
        struct_pack(
            joined := joined,
            leaves := would_leave + if(would_vanish < would_leave, 2, 0),
            vanishes := if(would_vanish < would_leave, would_vanish, 1e9),
            is_back := if(comes_back, would_vanish + 2, 1e9)
        ) as life_left_alone,
    from clocks
),

contacts as (
    select
        client_id,
        list({first_month: first_month, last_month: last_month}) as periods,
    from demo_contacts
    where demo_draw(demo_bits(client_id, concat('campaign ', campaign)), 0) < getvariable('demo_kept_share')
    group by all
),

-- Whom a contact keeps does not leave any more, nor vanish.
lives as (
    select
        left_alone.*,
        struct_pack(
            joined := left_alone.joined,
            leaves := demo_unless_kept(life_left_alone.leaves, contacts.periods, life_left_alone.leaves),
            vanishes := demo_unless_kept(life_left_alone.vanishes, contacts.periods, life_left_alone.vanishes),
            is_back := demo_unless_kept(life_left_alone.vanishes, contacts.periods, life_left_alone.is_back)
        ) as life,
    from left_alone
    left join contacts on left_alone.client_id = contacts.client_id
)

select * from lives;

-- One row = one campaign, its clients to be contacted by what would have become of them, and what has.
create or replace temp macro demo_campaigns() as table
select
    contacts.campaign,
    count(*) as contacted_count,
    count(*) filter (
        where lives.life_left_alone.leaves between contacts.first_month and contacts.last_month
        or lives.life_left_alone.vanishes between contacts.first_month and contacts.last_month
    ) as would_leave_count,
    count(*) filter (where lives.life <> lives.life_left_alone) as kept_count,
from demo_lives() as lives
inner join demo_contacts as contacts on lives.client_id = contacts.client_id
group by all
order by all;

-- One row = one client of the extract of one month, as text in the columns of its bank.
create or replace temp macro demo_month(month_number) as table
select
    client_id,
    cast(
        cast(credit_score as double)
        - if(month_number >= getvariable('demo_drift_month'), getvariable('demo_drift'), 0) as integer
    )::varchar as credit_score,
    demo_next_city(city, month_number >= moves) as city,
    gender,
    if(month_number = getvariable('demo_broken_month') and is_in_broken_half, null, age) as age,
    property_points,
    -- Money comes and goes, by 3 % at most, but for some of those who would leave: they take it away before.
    demo_money(
        cast(balance as double)
        * if(drains and month_number >= life_left_alone.leaves - 1, getvariable('demo_drained'), 1e0)
        * (0.97e0 + 0.06e0 * demo_wide_draw(demo_bits(person, concat('month ', month_number)), 0))
    ) as balance,
    if(product_count = '1' and month_number >= buys, '2', product_count) as product_count,
    has_credit_card,
    cast((is_active = '1') <> (month_number >= switches) as integer)::varchar as is_active,
    estimated_salary,
    cast(demo_has_left(month_number, life) as integer)::varchar as is_churned,
from demo_lives()
where demo_is_client(month_number, life) or demo_has_left(month_number, life);

-- One row = one period and one value of an attribute (`all` for everybody): what truly happened, by the lives themselves.
create or replace temp macro demo_flow(month_number) as table
with states as (
    select
        life,
        joined,
        demo_is_client(month_number, life) as was_client,
        demo_is_client(month_number + 1, life) as is_client,
        demo_has_left(month_number + 1, life) as has_left,
        unnest([
            {attribute: 'all', was: 'all', now: 'all'},
            {
                attribute: 'city',
                was: demo_next_city(city, month_number >= moves),
                now: demo_next_city(city, month_number + 1 >= moves)
            },
            {attribute: 'gender', was: if(gender = 'Ж', 'female', 'male'), now: if(gender = 'Ж', 'female', 'male')},
            {
                attribute: 'product_count',
                was: if(product_count = '1' and month_number >= buys, '2', product_count),
                now: if(product_count = '1' and month_number + 1 >= buys, '2', product_count)
            },
            {
                attribute: 'is_active',
                was: cast((is_active = '1') <> (month_number >= switches) as varchar),
                now: cast((is_active = '1') <> (month_number + 1 >= switches) as varchar)
            }
        ]) as place,
    from demo_lives()
),

ends as (
    select
        place.attribute as attribute,
        place.was as attribute_value,
        cast(was_client as bigint) as at_start,
        cast(was_client and has_left as bigint) as left_count,
        cast(was_client and not is_client and not has_left as bigint) as disappeared,
        0::bigint as joined,
        0::bigint as returned,
        0::bigint as moved_in,
        cast(was_client and is_client and place.was <> place.now as bigint) as moved_out,
        0::bigint as at_end,
    from states
    union all
    select
        place.attribute as attribute,
        place.now as attribute_value,
        0::bigint as at_start,
        0::bigint as left_count,
        0::bigint as disappeared,
        cast(is_client and not was_client and joined = month_number + 1 as bigint) as joined,
        cast(is_client and not was_client and joined <= month_number as bigint) as returned,
        cast(was_client and is_client and place.was <> place.now as bigint) as moved_in,
        0::bigint as moved_out,
        cast(is_client as bigint) as at_end,
    from states
)

select
    attribute,
    attribute_value,
    cast(sum(at_start) as bigint) as at_start,
    cast(sum(left_count) as bigint) as left_count,
    cast(sum(disappeared) as bigint) as disappeared_count,
    cast(sum(joined) as bigint) as joined_count,
    cast(sum(returned) as bigint) as returned_count,
    cast(sum(moved_in) as bigint) as moved_in_count,
    cast(sum(moved_out) as bigint) as moved_out_count,
    cast(sum(at_end) as bigint) as at_end,
from ends
group by all
having sum(at_start) + sum(at_end) > 0
order by all;

-- One row = one person and the products in the order in which that person takes them, each with the month from which it
-- is closed. Whoever closes one takes the next, so that there are as many as the extract counts.
create or replace temp macro demo_takers() as table
select
    client_id,
    life,
    joined,
    cast(product_count as integer) as product_count,
    buys,
    [{
        code: 'credit_card',
        name: 'кредитная карта',
        turn: -1e0,
        closes: if(has_credit_card = '1', 1e9, -1e9)
    }]
    || list_transform(
        list_transform(
            demo_products(life_left_alone.leaves <= getvariable('demo_months')),
            lambda product: {
                code: product.code,
                name: product.name,
                weight: product.weight,
                bits: demo_bits(client_id, product.name)
            }
        ),
        lambda product: {
            code: product.code,
            name: product.name,
            turn: -ln(demo_draw(product.bits, 0)) / product.weight,
            closes: least(
                joined + demo_waits(getvariable('demo_closing'), demo_draw(product.bits, 1)),
                if(
                    product.code = getvariable('demo_closing_product'),
                    greatest(joined, getvariable('demo_closing_month') - 1)
                    + demo_waits(getvariable('demo_closing_more'), demo_draw(product.bits, 2)),
                    1e9
                )
            )
        }
    ) as products,
from demo_lives();

create or replace temp macro demo_held(products, product_count, buys, month_number) as list_sort(
    list_transform(
        products,
        lambda product: {
            is_closed: product.closes <= month_number, turn: product.turn, code: product.code, name: product.name
        }
    )
)[:if(product_count = 1 and month_number >= buys, 2, product_count)];

-- One row = one product of one client in the second file of one month.
create or replace temp macro demo_holdings(month_number) as table
select
    client_id,
    unnest(demo_held(products, product_count, buys, month_number)).name as product,
    null::varchar as closed,
from demo_takers()
where demo_is_client(month_number, life) or demo_has_left(month_number, life);

-- One row = one period and one product: what truly happened to it.
create or replace temp macro demo_moves(month_number) as table
with lists as materialized (
    select
        demo_is_client(month_number, life) as was_client,
        demo_is_client(month_number + 1, life) as is_client,
        list_transform(demo_held(products, product_count, buys, month_number), lambda one: one.code) as held_before,
        list_transform(demo_held(products, product_count, buys, month_number + 1), lambda one: one.code) as held_after,
    from demo_takers()
    where demo_is_client(month_number, life) or demo_is_client(month_number + 1, life)
),

states as (
    select
        *,
        unnest(list_distinct(held_before || held_after)) as product_code,
    from lists
),

holders as (
    select
        product_code,
        was_client and list_contains(held_before, product_code) as was_holder,
        is_client and list_contains(held_after, product_code) as is_holder,
        was_client,
        is_client,
    from states
)

select
    product_code,
    count(*) filter (where was_holder) as at_start,
    count(*) filter (where was_holder and is_holder) as stayed_with_count,
    count(*) filter (where was_holder and is_client and not is_holder) as closed_count,
    count(*) filter (where was_holder and not is_client) as left_with_count,
    count(*) filter (where is_holder and was_client and not was_holder) as opened_count,
    count(*) filter (where is_holder and not was_client) as joined_with_count,
    count(*) filter (where is_holder) as at_end,
from holders
group by all
having count(*) filter (where was_holder or is_holder) > 0
order by all;
