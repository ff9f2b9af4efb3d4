-- One row per raw row of bank_scrooge's extract: columns renamed, everything still text.
with source as (
    {{ read_clients('bank_scrooge', [
        'userid', 'score', 'city', 'gender', 'age', 'equity', 'balance', 'products', 'credit_card', 'last_activity',
        'est_salary', 'churn'
    ]) }}
),

renamed as (
    select
        'bank_scrooge' as portfolio,
        source_file,
        source_row_number,
        raw_line,
        row_problem,
        userid as client_id,
        city,
        gender,
        age,
        score as credit_score,
        equity as property_points,
        balance,
        products as product_count,
        credit_card as has_credit_card,
        last_activity as is_active,
        est_salary as estimated_salary,
        churn as is_churned
    from source
)

select * from renamed
