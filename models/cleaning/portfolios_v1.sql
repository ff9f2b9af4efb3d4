-- One row per portfolio that is switched on: where its rows come from and how many became clients.
with verdicts as (
    select * from {{ ref('int_clients__verdicts') }}
),

labels as (
    select * from {{ ref('labels') }}
    where kind = 'portfolio'
),

configured as (
    {%- for portfolio in switched_on_portfolios() %}
    {%- set without = portfolio_option(portfolio, 'without') | join(', ') %}
    {%- set additional = additional_attributes(portfolio) | join(', ') %}
    select
        '{{ portfolio }}' as portfolio,
        '{{ data_origin(portfolio) }}' as data_origin,
        '{{ without }}' as columns_not_supplied,
        '{{ additional }}' as additional_attributes
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

counted as (
    select
        portfolio,
        sum(row_count) as raw_row_count,
        sum(row_count) filter (where reason_codes = '') as client_count,
        sum(row_count) filter (where reason_codes <> '') as rejected_row_count,
        sum(churned_count) filter (where reason_codes = '') as churned_count
    from verdicts
    group by portfolio
),

final as (
    select
        configured.portfolio,
        coalesce(labels.label_ru, configured.portfolio) as portfolio_label_ru,
        coalesce(labels.label_en, configured.portfolio) as portfolio_label_en,
        configured.data_origin,
        '{{ var("cleaning_scenario") }}' as cleaning_scenario,
        cast(coalesce(counted.raw_row_count, 0) as bigint) as raw_row_count,
        cast(coalesce(counted.client_count, 0) as bigint) as client_count,
        cast(coalesce(counted.rejected_row_count, 0) as bigint) as rejected_row_count,
        cast(coalesce(counted.churned_count, 0) as bigint) as churned_count,
        configured.columns_not_supplied,
        configured.additional_attributes,
        coalesce({{ is_tiny('counted.client_count') }}, false) as is_suppressed
    from configured
    left join counted on configured.portfolio = counted.portfolio
    left join labels on configured.portfolio = labels.value
)

select * from final
