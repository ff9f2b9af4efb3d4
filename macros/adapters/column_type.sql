{# A type as contracts and seeds name it (varchar, bigint[] …), in the words of the engine. #}
{% macro column_type(data_type) -%}
    {{ return(adapter.dispatch('column_type', 'bank_churn')(data_type)) }}
{%- endmacro %}

{% macro default__column_type(data_type) -%}
    {%- if data_type.endswith('[]') -%}
        {{ return('array<' ~ column_type(data_type[:-2]) ~ '>') }}
    {%- endif -%}
    {{ return(dbt.type_string() if data_type == 'varchar' else data_type) }}
{%- endmacro %}

{% macro duckdb__column_type(data_type) -%}
    {{ return(data_type) }}
{%- endmacro %}
