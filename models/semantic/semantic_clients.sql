-- One row per client: what metrics count and group by, with the day the extracts describe.
with clients as (
    select * from {{ ref('clients') }}
),

final as (
    select
        client_key,
        portfolio,
        data_origin,
        city,
        gender,
        age,
        balance,
        estimated_salary,
        product_count,
        has_credit_card,
        is_active,
        has_balance,
        age_band,
        balance_band,
        salary_band,
        is_churned,
        coalesce(snapshot_date, {{ snapshot_date() }}) as snapshot_date
    from clients
)

select * from final
