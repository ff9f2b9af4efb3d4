{# A public view of `churn_rates` for one attribute, whose values stand in a column of that name. #}
{% macro churn_by(attribute, data_type=none) -%}
with rates as (
    select * from {{ ref('churn_rates') }}
),

final as (
    select
        portfolio,
        {% if data_type -%}
        try_cast(dimension_value as {{ data_type }})
        {%- else -%}
        dimension_value
        {%- endif %} as {{ attribute }},
        value_label_ru,
        value_label_en,
        {{ churn_measures() | indent(8) }}
    from rates
    where dimension_name = '{{ attribute }}'
)

select * from final
{%- endmacro %}
