-- Do clients who left and clients who stayed differ in age?
-- The groups from the clients themselves, the answer of hypothesis H06 beside them.
with clients as (
    select * from {{ ref('clients') }}
    where is_churned is not null
),

answers as (
    select * from {{ ref('hypothesis_results') }}
    where hypothesis_id = 'H06'
),

described as (
    select
        portfolio,
        is_churned,
        count(age) as client_count,
        avg(cast(age as double)) as mean_age,
        median(age) as median_age,
        stddev_samp(cast(age as double)) as standard_deviation
    from clients
    group by portfolio, is_churned
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
order by portfolio, is_churned
