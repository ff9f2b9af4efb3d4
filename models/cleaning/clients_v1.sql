-- One row per client: typed, with canonical spellings and bands; every accepted row of every portfolio.
-- depends_on: {{ ref('bands') }}
with checked as (
    select * from {{ ref('int_clients__checked') }}
),

judged as (
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
        checked.portfolio,
        md5(concat_ws('|', checked.portfolio, checked.city_key, checked.client_id)) as client_key,
        checked.client_id,
        checked.known_city as city,
        checked.known_gender as gender,
        cast(checked.age_number as integer) as age,
        cast(checked.credit_score_number as integer) as credit_score,
        cast(checked.property_points_number as integer) as property_points,
        checked.balance_number as balance,
        cast(checked.product_count_number as integer) as product_count,
        checked.card_flag as has_credit_card,
        checked.active_flag as is_active,
        checked.estimated_salary_number as estimated_salary,
        checked.churn_flag as is_churned,
        {{ band_case('age', 'checked.age_number', 'bounds') }} as age_band,
        {{ band_case('credit_score', 'checked.credit_score_number', 'bounds') }} as credit_score_band,
        {{ band_case('property_points', 'checked.property_points_number', 'bounds') }} as property_band,
        {{ band_case('balance', 'checked.balance_number', 'bounds') }} as balance_band,
        {{ band_case('estimated_salary', 'checked.estimated_salary_number', 'bounds') }} as salary_band,
        case when not {{ lacks_column('checked.portfolio', 'balance') }} then checked.balance_number is not null end
            as has_balance,
        checked.city_is_known,
        judged.duplicate_kind,
        checked.additional_attributes,
        {{ data_origin_of('checked.portfolio') }} as data_origin,
        checked.source_file,
        checked.source_row_number
    from checked
    left join judged
        on
            checked.portfolio = judged.portfolio
            and checked.source_file = judged.source_file
            and checked.source_row_number = judged.source_row_number
    left join bounds on checked.portfolio = bounds.portfolio
    where coalesce(judged.reason_codes, '') = ''
)

select * from accepted
