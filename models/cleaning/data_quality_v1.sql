-- One row per portfolio × check: how many raw rows fail it (or show what it observes), and their share.
with verdicts as (
    select * from {{ ref('int_clients__verdicts') }}
),

checks as (
    select * from {{ ref('int_quality_checks') }}
),

portfolios as (
    select * from {{ ref('portfolios') }}
),

grouped as (
    select
        portfolio,
        concat_ws(
            ',',
            'raw_rows',
            case when reason_codes = '' then 'accepted_rows' else 'rejected_rows' end,
            nullif(reason_codes, ''),
            nullif(observation_codes, '')
        ) as codes,
        row_count
    from verdicts
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
