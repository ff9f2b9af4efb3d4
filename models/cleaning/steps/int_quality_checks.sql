-- One row per portfolio × check of its extract: those of the seed, less those of columns that the bank does not supply,
-- with one that says so for each such column, and one for the gaps of each additional attribute.
with portfolios as (
    select * from {{ ref('portfolios') }}
),

checks as (
    select * from {{ ref('quality_checks') }}
),

-- The name of the column itself, or of the number that it holds.
labels as (
    select
        name,
        coalesce(max(case kind when 'attribute' then label_ru end), max(label_ru)) as label_ru,
        coalesce(max(case kind when 'attribute' then label_en end), max(label_en)) as label_en
    from {{ ref('labels') }}
    where kind in ('attribute', 'metric') and value is null
    group by name
),

columns as (
    {%- for bank in var('portfolios') %}
    {%- set kinds = {'not_supplied': portfolio_option(bank, 'without'), 'observation': additional_attributes(bank)} %}
    {%- for kind, names in kinds.items() %}
    {%- for name in names %}
    select
        '{{ bank }}' as portfolio,
        '{{ kind }}' as kind,
        '{{ name }}' as column_name
    union all
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
    select
        '' as portfolio,
        '' as kind,
        '' as column_name
),

labelled as (
    select
        columns.*,
        coalesce(labels.label_ru, columns.column_name) as label_ru,
        coalesce(labels.label_en, columns.column_name) as label_en
    from columns
    left join labels on columns.column_name = labels.name
),

of_columns as (
    select
        portfolio,
        column_name
        || case kind when 'observation' then '_missing' else '_not_supplied' end as check_name,
        kind,
        column_name,
        upper(substr(label_ru, 1, 1)) || substr(label_ru, 2)
        || case kind when 'observation' then ': нет значения' else ': банк не передаёт' end as description_ru,
        upper(substr(label_en, 1, 1)) || substr(label_en, 2)
        || case kind when 'observation' then ': no value' else ': not supplied by the bank' end
            as description_en,
        case kind
            when 'observation' then 'Пропуск сохранён; заполните его в источнике, если значение известно.'
            else
                'Если столбец появится в выгрузке, назовите его в модели stg_' || portfolio
                || '__clients и уберите из without в dbt_project.yml.'
        end as what_to_do_ru,
        case kind
            when 'observation' then 'The gap is kept; fill it at the source if the value is known.'
            else
                'When the extract gets the column, name it in the model stg_' || portfolio
                || '__clients and take it out of `without` in dbt_project.yml.'
        end as what_to_do_en
    from labelled
),

final as (
    select
        portfolios.portfolio,
        checks.check_name,
        checks.kind,
        checks.column_name,
        checks.description_ru,
        checks.description_en,
        checks.what_to_do_ru,
        checks.what_to_do_en
    from portfolios
    cross join checks
    left join of_columns
        on
            portfolios.portfolio = of_columns.portfolio
            and checks.column_name = of_columns.column_name
            and of_columns.kind = 'not_supplied'
    where of_columns.portfolio is null
    union all
    select of_columns.*
    from of_columns
    inner join portfolios on of_columns.portfolio = portfolios.portfolio
)

select * from final
