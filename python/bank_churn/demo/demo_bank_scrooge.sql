-- One row = one generated client of the demo bank Bank Scrooge, as text in the layout of the bank's extract.
-- The numbers are rounded aggregates (shares, quantiles, log-odds); no client of any real extract is used.
with

planned_rows as (
    select
        -- Slot 6 is an exact repeat: the row is generated again from the previous row's number.
        if(demo_slot(row_number) = 6 and row_number > 0, row_number - 1, row_number) as source_row,
    from (select range as row_number from range(getvariable('demo_rows')))
),

registrations as (
    select
        source_row,
        demo_slot(source_row) as slot,
        -- 73 ids of 10,000 appear a second time 40 rows later: 23 are one person registered in two cities,
        -- 50 are two people whose ids collide.
        source_row >= 40 and demo_slot(source_row) between 20 and 42 as is_second_registration,
        source_row >= 40 and demo_slot(source_row) between 43 and 92 as is_id_collision,
    from planned_rows
),

persons as (
    select
        *,
        if(is_second_registration, source_row - 40, source_row) as person_row,
        if(is_second_registration or is_id_collision, source_row - 40, source_row) as id_row,
    from registrations
),

random_bits as (
    select
        *,
        demo_slot(person_row) as person_slot,
        demo_bits(person_row, 'a') as bits_a,
        demo_bits(person_row, 'b') as bits_b,
        demo_bits(person_row, 'c') as bits_c,
        demo_bits(person_row, 'd') as bits_d,
    from persons
),

places as (
    select
        *,
        case
            -- 40 rows are 2,760 slots: the first rows of the 73 pairs live in Ярославль, the second in Рыбинск.
            when person_slot between 2780 and 2852 then 'Ярославль'
            when is_id_collision then 'Рыбинск'
            when demo_draw(bits_a, 0) < 0.588 then 'Ярославль'
            when demo_draw(bits_a, 0) < 0.857 then 'Рыбинск'
            else 'Ростов'
        end as city,
    from random_bits
),

genders as (
    select
        *,
        demo_draw(bits_a, 1) < case city
            when 'Ярославль' then 0.515
            when 'Рыбинск' then 0.488
            else 0.482
        end as is_male,
    from places
),

people as (
    select
        *,
        -- Slots 100 .. 118: five products; 119: none; 130: one balance beyond 100 million. All have a balance.
        person_slot not between 100 and 130 and demo_draw(bits_a, 2) < case city
            when 'Ярославль' then if(is_male, 0.288, 0.222)
            when 'Рыбинск' then if(is_male, 0.244, 0.193)
            else if(is_male, 0.184, 0.156)
        end as is_balance_missing,
    from genders
),

product_shares as (
    select
        *,
        case
            when is_balance_missing then 0
            when city = 'Ярославль' then if(is_male, 0.084, 0.053)
            when city = 'Рыбинск' then if(is_male, 0.068, 0.028)
            else if(is_male, 0.084, 0.040)
        end as share_of_4,
        case
            when is_balance_missing then if(is_male, 0.018, 0.005)
            when city = 'Ярославль' then if(is_male, 0.145, 0.196)
            else if(is_male, 0.072, 0.085)
        end as share_of_3,
        case
            when is_balance_missing then 0.850
            else if(is_male, 0.191, 0.168)
        end as share_of_1,
    from people
),

products as (
    select
        *,
        case
            when person_slot between 100 and 118 then 5
            when person_slot = 119 then 0
            when demo_draw(bits_b, 0) < share_of_4 then 4
            when demo_draw(bits_b, 0) < share_of_4 + share_of_3 then 3
            when demo_draw(bits_b, 0) < share_of_4 + share_of_3 + share_of_1 then 1
            else 2
        end as product_count,
    from product_shares
),

flags as (
    select
        *,
        demo_draw(bits_b, 1) < case
            when product_count <= 1 then
                case city when 'Ярославль' then 0.517 when 'Рыбинск' then 0.573 else 0.552 end
            when product_count = 2 then
                case city when 'Ярославль' then 0.489 when 'Рыбинск' then 0.567 else 0.528 end
            when product_count = 3 then
                case city when 'Ярославль' then 0.440 when 'Рыбинск' then 0.265 else 0.410 end
            else
                case city when 'Ярославль' then 0.767 when 'Рыбинск' then 0.860 else 0.776 end
        end as is_active,
        demo_draw(bits_a, 3) < case
            when product_count <= 1 then
                case city when 'Ярославль' then 0.925 when 'Рыбинск' then 0.807 else 0.723 end
                + if(is_balance_missing, -0.04, 0.05) + if(is_male, 0.01, -0.01)
            when product_count = 2 then
                case city when 'Ярославль' then 0.705 when 'Рыбинск' then 0.537 else 0.465 end
                + if(is_balance_missing, 0.15, 0) + if(is_male, 0.07, -0.065)
            when product_count = 3 then
                case city when 'Ярославль' then 0.253 when 'Рыбинск' then 0.647 else 0.603 end
                + if(is_male, 0.085, -0.065)
            else
                case city when 'Ярославль' then 0.738 when 'Рыбинск' then 0.532 else 0.655 end
                + if(is_male, 0.065, -0.11)
        end as has_credit_card,
    from products
),

ages as (
    select
        *,
        least(greatest(floor(
            if(
                is_male,
                demo_at_quantile(
                    [19, 26, 28, 30, 31, 33, 34, 35, 36, 37, 38, 40, 41, 43, 45, 47, 50, 53, 56, 60, 71],
                    demo_draw(bits_b, 3)
                ),
                demo_at_quantile(
                    [19, 27, 30, 32, 33, 35, 36, 38, 39, 41, 43, 45, 48, 50, 53, 56, 59, 61, 64, 68, 80],
                    demo_draw(bits_b, 3)
                )
            )
            + 0.5 + if(has_credit_card, -0.8, 1.6)
            + case city when 'Ярославль' then -0.5 when 'Рыбинск' then 0.4 else 1.3 end
            + case
                when product_count = 1 then 0.5
                when product_count = 3 then 1.2
                when product_count < 4 then 0
                else if(is_male, -1.3, -3.9)
            end
        ), 18), 86) as age,
        -- Higher for holders of many products: the draw is bent upwards.
        pow(
            demo_draw(bits_b, 2),
            case product_count when 1 then 1.15 when 2 then 1 when 3 then 0.9 else 0.68 end
        ) as equity_draw,
    from flags
),

wealth as (
    select
        *,
        case
            -- Without a balance there is almost never any property.
            when is_balance_missing then if(equity_draw < 0.95, 0, 1)
            when equity_draw < 0.056 then 0
            when equity_draw < 0.142 then 1
            when equity_draw < 0.282 then 2
            when equity_draw < 0.488 then 3
            when equity_draw < 0.726 then 4
            when equity_draw < 0.970 then 5
            when equity_draw < 0.987 then 6
            when equity_draw < 0.996 then 7
            when equity_draw < 0.998 then 8
            else 9
        end as equity,
        10.38
        + if(is_male, 0.09, 0)
        + case city when 'Ярославль' then 0.24 when 'Рыбинск' then 0.11 else 0 end
        + case
            when age < 20 then 0
            when age < 25 then 0.37
            when age < 30 then 0.42
            when age < 35 then 0.80
            when age < 40 then 1.10
            when age < 45 then 1.21
            when age < 50 then 1.15
            when age < 55 then 0.96
            when age < 60 then 0.77
            when age < 65 then 0.54
            else 0.36
        end
        + if(is_balance_missing, 0.55, 0)
        + demo_at_quantile(
            [-1.80, -0.90, -0.66, -0.49, -0.38, -0.29, -0.20, -0.13, -0.07, 0.00, 0.06,
            0.12, 0.18, 0.24, 0.29, 0.36, 0.44, 0.52, 0.64, 0.88, 2.15],
            demo_wide_draw(bits_c, 0)
        ) as log_salary,
    from ages
),

credit_scores as (
    select
        *,
        least(greatest(floor(
            if(
                is_balance_missing,
                -- Two humps; the low one belongs to card holders.
                demo_at_quantile(
                    [648, 688, 707, 723, 740, 818, 883, 889, 894, 898, 902,
                    906, 910, 914, 918, 922, 928, 935, 941, 951, 980],
                    if(has_credit_card, demo_draw(bits_d, 0), 0.25 + 0.75 * demo_draw(bits_d, 0))
                ),
                0.05 * 846 + 0.95 * demo_at_quantile(
                    [718, 761, 775, 784, 793, 801, 809, 817, 825, 832, 840,
                    849, 856, 863, 872, 882, 892, 903, 917, 940, 1002],
                    demo_draw(bits_d, 0)
                )
                + case when equity <= 2 then -19 when equity = 3 then -10 when equity = 4 then 5 else 20 end
                + case product_count when 3 then -12 when 4 then 30 else 0 end
                + if(has_credit_card, -3, 6)
                + 8 * (log_salary - 11.4)
            )
        ), 642), 1000) as score,
    from wealth
),

balances as (
    select
        *,
        if(
            person_slot = 130,
            105e6 + 30e6 * demo_wide_draw(bits_c, 1),
            exp(
                3.63
                + case equity
                    when 0 then 0 when 1 then 0.57 when 2 then 1.08 when 3 then 1.45
                    when 4 then 1.68 when 5 then 1.84 else 1.58
                end
                + case product_count when 2 then 0.17 when 3 then 0.32 when 4 then 0.37 else 0 end
                + if(is_male, 0.04, 0)
                + case
                    when age < 20 then 0
                    when age < 25 then 2.50
                    when age < 30 then 3.27
                    when age < 35 then 3.59
                    when age < 50 then 3.67
                    when age < 60 then 3.86
                    else 4.01
                end
                + 0.20 * (score - 850) / 50
                + 0.37 * log_salary
                + demo_at_quantile(
                    [-2.90, -0.97, -0.72, -0.58, -0.47, -0.37, -0.29, -0.21, -0.14, -0.07, 0.00,
                    0.09, 0.16, 0.25, 0.33, 0.44, 0.54, 0.66, 0.82, 1.04, 2.30],
                    demo_wide_draw(bits_c, 1)
                )
            )
        ) as balance,
    from credit_scores
),

churn_logits as (
    select
        *,
        case
            when age < 30 then -1.83
            when age < 35 then -2.07
            when age < 41 then -2.88
            when age < 50 then -3.29
            when age < 60 then -1.80
            when age < 66 then -3.11
            else -4.50
        end
        -- Among the active a good score goes with leaving, among the others it does not.
        + case
            when score < 750 then if(is_active, -1.65, 0)
            when score < 800 then if(is_active, -0.95, -0.52)
            when score < 825 then if(is_active, -0.31, -0.34)
            when score < 850 then if(is_active, 0.42, -0.39)
            when score < 875 then if(is_active, 1.42, -0.95)
            when score < 950 then if(is_active, 1.74, -0.77)
            else if(is_active, -0.90, -1.90)
        end
        -- Four products keep hardly anybody who has become inactive.
        + case product_count
            when 1 then 0
            when 2 then if(is_active, 0.12, -0.45)
            when 3 then if(is_active, -0.04, -0.55)
            else if(is_active, -0.38, 4.05)
        end
        + case
            when balance < 7e5 then 0
            when balance < 10e5 then if(is_active, 0.57, -0.17)
            when balance < 13e5 then if(is_active, 0.68, 0.03)
            else if(is_active, 1.45, 1.36)
        end
        + case when not is_male then 0 when is_active then 1.15 else 1.54 end
        + case city when 'Ярославль' then 0.27 when 'Рыбинск' then -0.27 else 0.05 end
        + case when not has_credit_card then 0 when product_count <= 2 then -1.37 else 0.61 end
        + 0.45 * (log_salary - 10)
        + case
            when equity = 0 then 0.51
            when equity <= 2 then -0.25
            when equity > 5 then 1.08
            else 0
        end as churn_logit,
    from balances
),

clients as (
    select
        *,
        case
            -- Of the people registered in two cities nobody left.
            when person_slot between 2780 and 2802 then false
            when product_count = 0 then true
            -- A client without a balance hardly ever leaves.
            when is_balance_missing then demo_draw(bits_d, 1) < if(city = 'Ростов', 0.004, 0.006)
            else demo_draw(bits_d, 1) < demo_probability(churn_logit)
        end as is_churned,
    from churn_logits
)

select
    if(slot = 4, null, cast(300001 + id_row as varchar)) as "USERID",
    concat(cast(cast(score as integer) as varchar), '.0') as score,
    case
        when is_second_registration then 'Рыбинск'
        when slot between 11 and 13 then 'Тутаев'
        else city
    end as city,
    case when slot = 2 then 'неизв.' when is_male then 'М' else 'Ж' end as gender,
    case
        when slot = 0 then 'сорок'
        when slot = 1 then '340.0'
        -- The second row of a person registered twice lacks the age, and a few others do.
        when is_second_registration or slot between 140 and 145 then null
        else concat(cast(cast(age as integer) as varchar), '.0')
    end as age,
    cast(equity as varchar) as equity,
    if(is_balance_missing, null, demo_money(balance)) as balance,
    if(slot = 7, 'два', cast(product_count as varchar)) as products,
    if(slot = 3, '2', cast(cast(has_credit_card as integer) as varchar)) as credit_card,
    cast(cast(is_active as integer) as varchar) as last_activity,
    demo_money(if(slot = 5, -exp(log_salary), exp(log_salary))) as "EST_SALARY",
    if(slot between 8 and 10, null, cast(cast(is_churned as integer) as varchar)) as churn,
from clients
