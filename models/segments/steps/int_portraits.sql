-- One row per portfolio × way of grouping × group × measure: its value, and how it differs from the whole portfolio.
{{ config(materialized='table') }}

with sums as (
    select * from {{ ref('int_portrait_sums') }}
),

cities as (
    select * from {{ ref('int_portrait_cities') }}
),

quantiles as (
    select * from {{ ref('int_portrait_quantiles') }}
),

sizes as (
    select
        sums.*,
        whole.all_client_count as all_clients_of_portfolio,
        whole.churned_count as churned_of_portfolio
    from sums
    inner join sums as whole on sums.portfolio = whole.portfolio and whole.group_kind = 'portfolio'
),

-- measure → [numerator, denominator]; what is counted has no denominator.
{%- set ratios = {
    'client_count': ['all_client_count', none],
    'share_of_clients': ['all_client_count', 'all_clients_of_portfolio'],
    'churn_rate': ['churned_count', 'client_count'],
    'share_of_churn': ['churned_count', 'churned_of_portfolio'],
} %}
{%- for share in portrait_shares() %}
{%- do ratios.update({share: [share ~ '_count', share ~ '_known_count']}) %}
{%- endfor %}
{%- for metric in attribute_names('portraits', ['whole_number', 'amount']) %}
{%- do ratios.update({metric ~ '_mean': [metric ~ '_sum', metric ~ '_count']}) %}
{%- endfor %}
measured as (
    {%- for measure, parts in ratios.items() %}
    select
        portfolio,
        group_kind,
        group_code,
        '{{ measure }}' as measure,
        {%- if parts[1] is none %}
        cast({{ parts[0] }} as double) as value,
        {%- else %}
        cast({{ parts[0] }} as double) / nullif({{ parts[1] }}, 0) as value,
        {%- endif %}
        {%- for end in ['low', 'high'] %}
        {%- if measure in portrait_shares() or measure == 'churn_rate' %}
        {{ wilson_bound(parts[0], parts[1], end) }} as ci_{{ end }},
        {%- else %}
        cast(null as double) as ci_{{ end }},
        {%- endif %}
        {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as value_text,
        cast(null as {{ dbt.type_string() }}) as value_text_ru,
        cast(null as {{ dbt.type_string() }}) as value_text_en
    from sizes
    {#- What one bank alone supplies is no measure of the others. #}
    {%- if measure in portrait_shares() and measure not in portrait_shares(additional=false) %}
    where {{ parts[1] }} > 0
    {%- endif %}
    union all
    {%- endfor %}
    select
        portfolio,
        group_kind,
        group_code,
        'top_city_share' as measure,
        cast(all_client_count as double) / known_client_count as value,
        {{ wilson_bound('all_client_count', 'known_client_count', 'low') }} as ci_low,
        {{ wilson_bound('all_client_count', 'known_client_count', 'high') }} as ci_high,
        city as value_text,
        city_label_ru as value_text_ru,
        city_label_en as value_text_en
    from cities
    where place = 1
    union all
    select
        portfolio,
        group_kind,
        group_code,
        metric || '_' || quantile as measure,
        value,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        cast(null as {{ dbt.type_string() }}) as value_text,
        cast(null as {{ dbt.type_string() }}) as value_text_ru,
        cast(null as {{ dbt.type_string() }}) as value_text_en
    from quantiles
),

final as (
    select
        measured.*,
        whole.value as portfolio_value,
        -- The portfolio's share of that same city, which need not be its own most frequent one.
        case
            when measured.measure = 'top_city_share'
                then measured.value - cast(same_city.all_client_count as double) / same_city.known_client_count
            when measured.measure not in ('client_count', 'share_of_clients', 'share_of_churn')
                then measured.value - whole.value
        end as difference,
        sums.all_client_count as group_client_count,
        sums.client_count as group_known_churn_count
    from measured
    inner join sums
        on
            measured.portfolio = sums.portfolio
            and measured.group_kind = sums.group_kind
            and measured.group_code = sums.group_code
    left join measured as whole
        on
            measured.portfolio = whole.portfolio
            and measured.measure = whole.measure
            and whole.group_kind = 'portfolio'
    left join cities as same_city
        on
            measured.portfolio = same_city.portfolio
            and measured.value_text = same_city.city
            and same_city.group_kind = 'portfolio'
)

select * from final
