{# A fraction as text; a whole number is written without a point, as in a csv file. #}
{% macro fraction_text(column) -%}
    {{ return(adapter.dispatch('fraction_text', 'bank_churn')(column)) }}
{%- endmacro %}

{# Java writes 12345678 as 1.2345678E7. #}
{% macro default__fraction_text(column) -%}
    case
        when {{ column }} = floor({{ column }}) and abs({{ column }}) < 1e15 then cast(cast({{ column }} as bigint) as {{ dbt.type_string() }})
        else cast({{ column }} as {{ dbt.type_string() }})
    end
{%- endmacro %}

{% macro duckdb__fraction_text(column) -%}
    regexp_replace(cast({{ column }} as {{ dbt.type_string() }}), '\.0+$', '')
{%- endmacro %}
