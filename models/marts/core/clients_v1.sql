-- One row per client: typed, with canonical spellings and bands; every accepted row of every portfolio.
-- depends_on: {{ ref('bands') }}
with judged as (
    select * from {{ ref('int_clients__judged') }}
),

bounds as (
    select
        {%- for attribute in ['age', 'credit_score', 'property_points', 'balance', 'estimated_salary'] %}
        {%- for band in bands_of(attribute)[:-1] %}
        max(case when attribute = '{{ attribute }}' and band_code = '{{ band["band_code"] }}' then upper_bound end)
            as {{ attribute }}_{{ loop.index }}_upper,
        {%- endfor %}
        {%- endfor %}
        portfolio
    from {{ ref('int_bands__bounds') }}
    group by portfolio
),

accepted as (
    select
        judged.portfolio,
        md5(concat_ws('|', judged.portfolio, judged.city_key, judged.client_id)) as client_key,
        judged.client_id,
        judged.known_city as city,
        judged.known_gender as gender,
        cast(judged.age_number as integer) as age,
        cast(judged.credit_score_number as integer) as credit_score,
        cast(judged.property_points_number as integer) as property_points,
        judged.balance_number as balance,
        cast(judged.product_count_number as integer) as product_count,
        judged.card_flag as has_credit_card,
        judged.active_flag as is_active,
        judged.estimated_salary_number as estimated_salary,
        judged.churn_flag as is_churned,
        {{ band_case('age', 'judged.age_number', 'bounds') }} as age_band,
        {{ band_case('credit_score', 'judged.credit_score_number', 'bounds') }} as credit_score_band,
        {{ band_case('property_points', 'judged.property_points_number', 'bounds') }} as property_band,
        {{ band_case('balance', 'judged.balance_number', 'bounds') }} as balance_band,
        {{ band_case('estimated_salary', 'judged.estimated_salary_number', 'bounds') }} as salary_band,
        case when not {{ lacks_column('judged.portfolio', 'balance') }} then judged.balance_number is not null end
            as has_balance,
        judged.city_is_known,
        judged.duplicate_kind,
        judged.additional_attributes,
        {{ data_origin_of('judged.portfolio') }} as data_origin,
        judged.source_file,
        judged.source_row_number
    from judged
    left join bounds on judged.portfolio = bounds.portfolio
    where judged.reason_codes = ''
)

select * from accepted
