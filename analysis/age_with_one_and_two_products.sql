-- Do clients with one product and clients with two differ in age?
-- The groups from the clients themselves, the answer of hypothesis H01 beside them.
with clients as (
    select * from {{ ref('clients') }}
    where product_count in (1, 2)
),

answers as (
    select * from {{ ref('hypothesis_results') }}
    where hypothesis_id = 'H01'
),

described as (
    select
        portfolio,
        product_count,
        count(age) as client_count,
        avg(cast(age as double)) as mean_age,
        median(age) as median_age,
        stddev_samp(cast(age as double)) as standard_deviation
    from clients
    group by portfolio, product_count
),

final as (
    select
        described.*,
        answers.verdict,
        answers.difference,
        answers.ci_low as difference_ci_low,
        answers.ci_high as difference_ci_high,
        answers.p_value_adjusted,
        answers.conclusion_ru,
        answers.conclusion_en
    from described
    inner join answers on described.portfolio = answers.portfolio
)

select * from final
order by portfolio, product_count
