-- One row per raw row of Metanprom's extract: columns renamed, everything still text.
with source as (
    {{ read_clients('metanprom', [
        'userid', 'score', 'city', 'gender', 'age', 'objects', 'balance', 'products', 'creditcard', 'loyalty',
        'estimated_salary', 'churn'
    ]) }}
),

renamed as (
    select
        'metanprom' as portfolio,
        source_file,
        source_row_number,
        raw_line,
        row_problem,
        userid as client_id,
        city,
        gender,
        age,
        score as credit_score,
        objects as property_points,
        balance,
        products as product_count,
        creditcard as has_credit_card,
        loyalty as is_active,
        estimated_salary,
        churn as is_churned
    from source
)

select * from renamed
