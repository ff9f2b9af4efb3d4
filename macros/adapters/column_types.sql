{# The columns of what can be selected from, read while compiling: name in lower case → type in lower case. #}
{% macro column_types(source) %}
    {%- set columns = {} -%}
    {%- for row in run_query(adapter.dispatch('describe_query', 'bank_churn')('select * from ' ~ source)).rows -%}
        {%- do columns.update({row[0]: row[1] | lower}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{% macro default__describe_query(query) %}
    {{ return('describe query ' ~ query) }}
{% endmacro %}

{% macro duckdb__describe_query(query) %}
    {{ return('describe ' ~ query) }}
{% endmacro %}
