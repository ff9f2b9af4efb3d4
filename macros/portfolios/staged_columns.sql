{# The columns that a staging model gives, of which all but the client's id and churn may be declared absent. #}
{% macro staged_columns() %}
    {{ return(['client_id'] + optional_columns() | list + ['is_churned']) }}
{% endmacro %}
