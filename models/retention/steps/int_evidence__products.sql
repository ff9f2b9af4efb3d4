-- One row per portfolio that says which products its clients hold: whether one of them is named, as evidence for a
-- recommendation.
-- sqlfluff:exclude_rules:layout.indent
with products as (
    select * from {{ ref('churn_by_product') }}
),

named as (
    select
        portfolio,
        max(case when is_named_first then 1 else 0 end) = 1 as is_any_named,
        max(case when is_named_first then sentence_ru end) as sentence_ru,
        max(case when is_named_first then sentence_en end) as sentence_en,
        coalesce(max(case when is_named_first and is_suppressed then 1 else 0 end), 0) = 1 as is_suppressed,
        count(*) as product_count
    from products
    group by portfolio
),

found as (
    select
        portfolio,
        'products' as evidence_kind,
        'churn_by_product' as evidence_key,
        case when is_any_named then 'true' else 'unclear' end as finding,
        cast(null as {{ dbt.type_string() }}) as importance,
        cast(null as bigint) as client_count,
        {%- for column in ['churn_rate', 'ci_low', 'ci_high', 'comparison_rate', 'difference', 'p_value_adjusted'] %}
        cast(null as double) as {{ column }},
        {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as effect_size_name,
        cast(null as double) as effect_size,
        coalesce(
            upper(substr(sentence_ru, 1, 1)) || substr(sentence_ru, 2) || '.',
            'Ни с одним из продуктов (' || cast(product_count as {{ dbt.type_string() }})
            || ') отток не был достоверно выше, чем у похожих клиентов.'
        ) as evidence_ru,
        coalesce(
            upper(substr(sentence_en, 1, 1)) || substr(sentence_en, 2) || '.',
            'With none of the products (' || cast(product_count as {{ dbt.type_string() }})
            || ') was churn surely higher than among other clients like its holders.'
        ) as evidence_en,
        is_suppressed,
        cast(null as double) as adjusted_ci_low,
        cast(null as double) as adjusted_ci_high,
        {%- for language in ['ru', 'en'] %}
        cast(null as {{ dbt.type_string() }}) as measure_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
)

select * from found
