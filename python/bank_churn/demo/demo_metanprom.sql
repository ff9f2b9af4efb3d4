-- One row = one generated client of the demo bank Metanprom, as text in the layout of the bank's extract.
-- The numbers are rounded aggregates (shares, quantiles, log-odds); no client of any real extract is used.
with

planned_rows as (
    select
        -- Slot 6 is an exact repeat: the row is generated again from the previous row's number.
        if(demo_slot(row_number) = 6 and row_number > 0, row_number - 1, row_number) as person_row,
    from (select range as row_number from range(getvariable('demo_rows')))
),

random_bits as (
    select
        person_row,
        demo_slot(person_row) as slot,
        demo_bits(person_row, 'a') as bits_a,
        demo_bits(person_row, 'b') as bits_b,
        demo_bits(person_row, 'c') as bits_c,
        demo_bits(person_row, 'd') as bits_d,
    from planned_rows
),

places as (
    select
        *,
        case
            when demo_draw(bits_a, 0) < 0.50 then 'Ярославль'
            when demo_draw(bits_a, 0) < 0.75 then 'Рыбинск'
            else 'Ростов Великий'
        end as city,
    from random_bits
),

people as (
    select
        *,
        city = 'Ростов Великий' as is_rostov,
        demo_draw(bits_a, 1) < if(city = 'Ростов Великий', 0.524, 0.552) as is_male,
        -- Balances are never missing in Ростов Великий.
        city <> 'Ростов Великий' and demo_draw(bits_a, 2) < 0.4825 as is_balance_missing,
    from places
),

ages as (
    select
        *,
        least(greatest(floor(
            demo_at_quantile(
                [18, 25, 27, 29, 31, 32, 33, 34, 35, 36, 37, 38, 40, 41, 42, 44, 46, 49, 53, 60, 77],
                demo_draw(bits_a, 3)
            )
            + if(is_rostov, 1.1, 0) + if(is_male, -0.1, 0.5)
        ), 18), 92) as age,
    from people
),

product_shares as (
    select
        *,
        case when age between 41 and 65 then 0.0145 else 0.0017 end as share_of_4,
        (case when age between 41 and 65 then 0.050 else 0.016 end) * if(is_male, 0.80, 1.25) as share_of_3,
        case when is_balance_missing then 0.720 when is_rostov then 0.418 else 0.245 end
        -- The older, up to 60, the fewer second products.
        - if(is_balance_missing, 0.0080, 0.0034) * (least(greatest(age, 22), 60) - 38)
        + if(is_male, 0.01, -0.015) as share_of_2,
    from ages
),

attributes as (
    select
        *,
        case
            when demo_draw(bits_b, 0) < share_of_4 then 4
            when demo_draw(bits_b, 0) < share_of_4 + share_of_3 then 3
            when demo_draw(bits_b, 0) < share_of_4 + share_of_3 + share_of_2 then 2
            else 1
        end as product_count,
        demo_draw(bits_b, 1) < case
            when age < 40 then 0.505
            when age < 50 then 0.47
            when age < 57 then 0.53
            when age < 62 then 0.63
            when age < 66 then 0.72
            else 0.83
        end as is_active,
        demo_draw(bits_b, 2) < 0.7035 as has_credit_card,
        -- Flat from 1 to 9 objects, half as many clients at 0 and 10.
        floor(demo_draw(bits_b, 3) * 10 + 0.5) as objects,
        demo_at_quantile(
            [38.0, 70.6, 81.3, 89.0, 95.5, 100.1, 104.5, 108.3, 111.9, 115.4, 119.5,
            123.2, 126.8, 130.2, 134.5, 139.2, 144.3, 150.3, 157.8, 169.5, 200.0],
            demo_wide_draw(bits_c, 0)
        ) * 1000 as balance,
        11 + demo_wide_draw(bits_c, 1) * 199980 as estimated_salary,
        -- The top is cut at 850, the best score of this bank.
        least(floor(demo_at_quantile(
            [405, 488, 521, 544, 565, 583, 598, 612, 626, 639, 652,
            665, 678, 689, 703, 717, 734, 754, 778, 813, 886],
            demo_draw(bits_d, 0)
        )), 850) as score,
    from product_shares
),

churn_logits as (
    select
        *,
        -2.32
        + 0.144 * least(greatest(age - 32, 0), 18)
        -- After 50 the active stay more and more, the inactive leave until about 66.
        + if(
            is_active,
            -0.73 - 0.117 * least(greatest(age - 50, 0), 20),
            0.236 * least(greatest(age - 44, 0), 14) - 0.442 * least(greatest(age - 66, 0), 20)
        )
        + if(is_rostov, 1.30, 0)
        + if(is_male, 0, 0.74)
        - 0.16 * (score - 350) / 100
        + case product_count
            when 1 then if(is_balance_missing, 1.08, 0)
            when 2 then if(is_balance_missing, -2.58, -1.39)
            when 3 then if(is_balance_missing, 2.40, 4.00)
            -- Nobody with four products stayed.
            else 40
        end as churn_logit,
    from attributes
),

clients as (
    select
        *,
        demo_draw(bits_d, 1) < demo_probability(churn_logit) as is_churned,
    from churn_logits
)

select
    if(slot = 4, null, cast(20000001 + person_row as varchar)) as userid,
    cast(cast(score as integer) as varchar) as score,
    if(slot between 11 and 13, 'Тутаев', city) as "City",
    case when slot = 2 then 'неизв.' when is_male then 'М' else 'Ж' end as "Gender",
    case slot when 0 then 'сорок' when 1 then '340' else cast(cast(age as integer) as varchar) end as "Age",
    cast(cast(objects as integer) as varchar) as "Objects",
    if(is_balance_missing, null, demo_money(balance)) as "Balance",
    if(slot = 7, 'два', cast(product_count as varchar)) as "Products",
    if(slot = 3, '2', cast(cast(has_credit_card as integer) as varchar)) as "CreditCard",
    cast(cast(is_active as integer) as varchar) as "Loyalty",
    demo_money(if(slot = 5, -estimated_salary, estimated_salary)) as estimated_salary,
    if(slot between 8 and 10, null, cast(cast(is_churned as integer) as varchar)) as "Churn",
from clients
