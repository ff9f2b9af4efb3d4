{#
  A public view of `churn_rates` for one attribute, whose values stand in a column of that name; as text
  too when they are not text, as a missing value belongs to the key.
#}
{% macro churn_by(attribute, data_type=none) -%}
with rates as (
    select * from {{ ref('churn_rates') }}
),

final as (
    select
        portfolio,
        {% if data_type -%}
        try_cast(dimension_value as {{ data_type }}) as {{ attribute }},
        dimension_value,
        {%- else -%}
        dimension_value as {{ attribute }},
        {%- endif %}
        value_label_ru,
        value_label_en,
        {{ churn_measures() | indent(8) }}
    from rates
    where dimension_name = '{{ attribute }}'
)

select * from final
{%- endmacro %}
