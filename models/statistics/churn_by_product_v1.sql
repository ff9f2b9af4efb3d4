-- One row per portfolio × product: its holders' churn against that of the others, among clients alike as well, with an
-- interval that holds for all products together.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent,layout.long_lines
with findings as (
    select * from {{ ref('int_product_findings') }}
),

comparisons as (
    select * from {{ ref('adjusted_comparisons') }}
    where attribute_value = 'true'
),

products as (
    select * from {{ ref('products') }}
),

cells as (
    select * from {{ ref('churn_cells') }}
    where known_churn_count > 0
),

-- Where as many products are held: nothing but the product tells these clients apart.
counted as (
    {%- for bank in switched_on_portfolios() %}
    {%- for product in held_products(bank) %}
    select
        portfolio,
        '{{ product }}' as product_code,
        product_count,
        sum(case when {{ holding_name(product) }} = 'true' then known_churn_count else 0 end) as client_count,
        sum(case when {{ holding_name(product) }} = 'true' then churned_count else 0 end) as churned_count,
        sum(case when {{ holding_name(product) }} = 'false' then known_churn_count else 0 end) as rest_client_count,
        sum(case when {{ holding_name(product) }} = 'false' then churned_count else 0 end) as rest_churned_count
    from cells
    where portfolio = '{{ bank }}' and product_count <> 'unknown'
    group by portfolio, product_count
    union all
    {%- endfor %}
    {%- endfor %}
    select
        portfolio,
        'none' as product_code,
        product_count,
        client_count,
        churned_count,
        client_count as rest_client_count,
        churned_count as rest_churned_count
    from cells
    where false
),

ranked as (
    select
        *,
        row_number() over (
            partition by portfolio, product_code
            order by
                cast(churned_count as double) / client_count
                - cast(rest_churned_count as double) / rest_client_count desc,
                product_count asc
        ) as place
    from counted
    where client_count >= {{ var('small_group_size') }} and rest_client_count >= {{ var('small_group_size') }}
),

widest as (
    select
        *,
        cast(churned_count as double) / client_count as churn_rate,
        cast(rest_churned_count as double) / rest_client_count as rest_churn_rate
    from ranked
    where place = 1
),

joined as (
    select
        findings.portfolio,
        findings.product_code,
        findings.attribute,
        products.label_ru as product_label_ru,
        products.label_en as product_label_en,
        products.kind as product_kind,
        products.annual_value,
        comparisons.client_count,
        comparisons.churned_count,
        comparisons.churn_rate,
        {{ wilson_bound('comparisons.churned_count', 'comparisons.client_count', 'low') }} as ci_low,
        {{ wilson_bound('comparisons.churned_count', 'comparisons.client_count', 'high') }} as ci_high,
        comparisons.rest_client_count,
        comparisons.rest_churned_count,
        comparisons.rest_churn_rate,
        comparisons.crude_difference,
        comparisons.crude_ci_low,
        comparisons.crude_ci_high,
        comparisons.adjusted_difference,
        comparisons.adjusted_ci_low,
        comparisons.adjusted_ci_high,
        findings.joint_ci_low,
        findings.joint_ci_high,
        findings.comparison_count,
        findings.finding,
        findings.product_rank,
        comparisons.held_alike,
        comparisons.held_alike_ru,
        comparisons.held_alike_en,
        comparisons.clients_without_overlap,
        comparisons.rest_without_overlap,
        widest.product_count as at_product_count,
        cast(widest.client_count as bigint) as at_client_count,
        cast(widest.churned_count as bigint) as at_churned_count,
        cast(widest.rest_client_count as bigint) as at_rest_client_count,
        cast(widest.rest_churned_count as bigint) as at_rest_churned_count,
        widest.churn_rate as at_churn_rate,
        widest.rest_churn_rate as at_rest_churn_rate,
        {{ wilson_bound('widest.churned_count', 'widest.client_count', 'low') }} as at_ci_low,
        {{ wilson_bound('widest.churned_count', 'widest.client_count', 'high') }} as at_ci_high,
        comparisons.is_small_group,
        comparisons.is_suppressed,
        comparisons.data_origin
    from findings
    inner join comparisons
        on findings.portfolio = comparisons.portfolio and findings.attribute = comparisons.attribute
    inner join products on findings.product_code = products.product_code
    left join widest
        on findings.portfolio = widest.portfolio and findings.product_code = widest.product_code
),

final as (
    select
        portfolio,
        product_code,
        attribute,
        'true' as attribute_value,
        product_label_ru,
        product_label_en,
        product_kind,
        annual_value,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        rest_client_count,
        rest_churned_count,
        rest_churn_rate,
        crude_difference,
        crude_ci_low,
        crude_ci_high,
        adjusted_difference,
        adjusted_ci_low,
        adjusted_ci_high,
        joint_ci_low,
        joint_ci_high,
        comparison_count,
        finding,
        product_rank,
        coalesce(finding = 'higher' and product_rank = 1, false) as is_named_first,
        held_alike,
        clients_without_overlap,
        rest_without_overlap,
        at_product_count,
        at_client_count,
        at_churned_count,
        at_rest_client_count,
        at_rest_churned_count,
        {%- for language in ['ru', 'en'] %}
        {%- set ru = language == 'ru' %}
        {%- set words = {
            'churn': ': отток ', 'against': ' против ', 'others': ' у тех, у кого продукта нет', 'alike': '; среди одинаковых клиентов (',
            'then': ') ', 'between': 'разница от ', 'and': ' до ', 'higher': 'выше на ', 'lower': 'ниже на ', 'to': '–',
            'points': ' п. п. (интервал для всех продуктов сразу)', 'none': '; сравнить не с кем',
            'at': '; сильнее всего — среди клиентов с числом продуктов ', 'are': ': ',
        } if ru else {
            'churn': ': churn ', 'against': ' against ', 'others': ' among those without it', 'alike': '; among clients alike (',
            'then': ') ', 'between': 'the difference is between ', 'and': ' and ', 'higher': 'it is higher by ',
            'lower': 'it is lower by ', 'to': ' to ', 'points': ' pp (an interval for all products together)',
            'none': '; there is nobody to compare with', 'at': '; the difference is greatest where the number of products is ', 'are': ': ',
        } %}
        product_label_{{ language }} || '{{ words.churn }}' || {{ percent_text('churn_rate', language) }}
        || '{{ words.against }}' || {{ percent_text('rest_churn_rate', language) }} || '{{ words.others }}'
        || case finding
            when 'not_compared' then '{{ words.none }}'
            else '{{ words.alike }}' || coalesce(held_alike_{{ language }}, '') || '{{ words.then }}'
            || case finding
                when 'higher'
                    then
                        '{{ words.higher }}' || {{ points_text('joint_ci_low', language) }} || '{{ words.to }}'
                        || {{ points_text('joint_ci_high', language) }}
                when 'lower'
                    then
                        '{{ words.lower }}' || {{ points_text('-joint_ci_high', language) }} || '{{ words.to }}'
                        || {{ points_text('-joint_ci_low', language) }}
                else
                    '{{ words.between }}' || {{ points_text('joint_ci_low', language) }} || '{{ words.and }}+'
                    || {{ points_text('joint_ci_high', language) }}
            end || '{{ words.points }}'
        end
        || case
            when finding = 'higher' and at_churn_rate > at_rest_churn_rate
                then
                    '{{ words.at }}' || at_product_count || '{{ words.are }}'
                    || {{ churned_share('at_churn_rate', 'at_client_count', 'at_ci_low', 'at_ci_high', language) | indent(20) }}
                    || '{{ words.against }}'
                    || {{ percent_text('at_rest_churn_rate', language) }}
            else ''
        end as sentence_{{ language }},
        {%- endfor %}
        is_small_group,
        is_suppressed,
        data_origin
    from joined
)

select * from final
