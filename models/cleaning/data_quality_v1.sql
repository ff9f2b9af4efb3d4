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

telling as (
    select * from {{ ref('int_clients__telling') }}
),

labels as (
    select
        name,
        max(label_ru) as label_ru,
        max(label_en) as label_en
    from {{ ref('labels') }}
    where kind = 'attribute' and value is null
    group by name
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
    union all
    select
        portfolio,
        check_name as codes,
        row_count
    from {{ ref('int_holdings__problems') }}
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
            when checks.kind <> 'not_supplied' and coalesce(checks.check_name, '') not like 'holding_of_%'
                then cast(coalesce(sum(grouped.row_count), 0) as double) / nullif(max(portfolios.raw_row_count), 0)
        end as share,
        checks.description_ru,
        checks.description_en,
        {%- for language, nothing in [('ru', 'Ничего делать не нужно.'), ('en', 'Nothing to do.')] %}
        case
            when checks.kind <> 'not_supplied' and coalesce(sum(grouped.row_count), 0) = 0 then '{{ nothing }}'
            else checks.what_to_do_{{ language }}
        end as what_to_do_{{ language }},
        {%- endfor %}
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
    union all
    select
        telling.portfolio,
        case
            when telling.attribute = 'is_churned' then 'one_outcome'
            else telling.attribute || '_tells_churn'
        end as check_name,
        'warning' as kind,
        telling.attribute as column_name,
        telling.client_count as row_count,
        cast(telling.client_count as double) / nullif(portfolios.raw_row_count, 0) as share,
        case
            when telling.attribute = 'is_churned' then 'Отток у всех один и тот же: сравнивать нечего'
            else 'Признак «' || coalesce(labels.label_ru, telling.attribute) || '» один говорит, кто ушёл'
        end as description_ru,
        case
            when telling.attribute = 'is_churned' then 'Churn is the same for everybody: there is nothing to compare'
            else 'The attribute “' || coalesce(labels.label_en, telling.attribute) || '” alone tells who left'
        end as description_en,
        case
            when telling.attribute = 'is_churned' then 'Проверьте столбец оттока в выгрузке.'
            else
                'Если он известен только после ухода, уберите его из модели подготовки и из dbt_project.yml: '
                || 'иначе модель и рекомендации повторяют то, что уже случилось.'
        end as what_to_do_ru,
        case
            when telling.attribute = 'is_churned' then 'Look at the column of churn in the extract.'
            else
                'If it is known only after a client left, take it out of the staging model and dbt_project.yml: '
                || 'otherwise the model and the advice repeat what has happened already.'
        end as what_to_do_en,
        portfolios.data_origin
    from telling
    inner join portfolios on telling.portfolio = portfolios.portfolio
    left join labels on telling.attribute = labels.name
)

select * from final
