-- One row per portfolio × check: how many raw rows fail it (or show what it observes), and their share.
with judged as (
    select * from {{ ref('int_clients__judged') }}
),

checks as (
    select * from {{ ref('int_quality_checks') }}
),

portfolios as (
    select * from {{ ref('portfolios') }}
),

observed as (
    select
        portfolio,
        case when reason_codes <> '' then reason_codes end as reason_codes,
        concat_ws(
            ',',
            'raw_rows',
            case when reason_codes = '' then 'accepted_rows' else 'rejected_rows' end,
            case
                when reason_codes = ''
                    then concat_ws(
                        ',',
                        case when not city_is_known and city is not null then 'city_not_in_seed' end,
                        case when city is null then 'city_missing' end,
                        case when gender is null then 'gender_missing' end,
                        case when age is null then 'age_missing' end,
                        case when credit_score is null then 'credit_score_missing' end,
                        case when property_points is null then 'property_points_missing' end,
                        case when balance is null then 'balance_missing' end,
                        case when product_count is null then 'product_count_missing' end,
                        case when has_credit_card is null then 'has_credit_card_missing' end,
                        case when is_active is null then 'is_active_missing' end,
                        case when estimated_salary is null then 'estimated_salary_missing' end,
                        case when is_churned is null then 'churn_unknown' end,
                        {%- for name in additional_attributes() %}
                        case
                            when {{ attribute_from_json('additional_attributes', name) }} is null
                                then '{{ name }}_missing'
                        end,
                        {%- endfor %}
                        case when duplicate_kind is not null then 'same_id_in_two_cities' end,
                        case when duplicate_kind = 'likely_same_person' then 'likely_same_person' end
                    )
            end
        ) as observation_codes
    from judged
),

-- Few distinct combinations of codes exist, so rows are counted before the codes are told apart.
grouped as (
    select
        portfolio,
        concat_ws(',', reason_codes, observation_codes) as codes,
        count(*) as row_count
    from observed
    group by portfolio, concat_ws(',', reason_codes, observation_codes)
),

final as (
    select
        portfolios.portfolio,
        checks.check_name,
        checks.kind,
        checks.column_name,
        case
            when checks.kind <> 'not_supplied' then cast(coalesce(sum(grouped.row_count), 0) as bigint)
        end as row_count,
        case
            when checks.kind <> 'not_supplied'
                then cast(coalesce(sum(grouped.row_count), 0) as double) / nullif(max(portfolios.raw_row_count), 0)
        end as share,
        checks.description_ru,
        checks.description_en,
        checks.what_to_do_ru,
        checks.what_to_do_en,
        portfolios.data_origin
    from portfolios
    inner join checks on portfolios.portfolio = checks.portfolio
    left join grouped
        on
            portfolios.portfolio = grouped.portfolio
            and ',' || grouped.codes || ',' like '%,' || checks.check_name || ',%'
    group by
        portfolios.portfolio, checks.check_name, checks.kind, checks.column_name,
        checks.description_ru, checks.description_en, checks.what_to_do_ru, checks.what_to_do_en,
        portfolios.data_origin
)

select * from final
