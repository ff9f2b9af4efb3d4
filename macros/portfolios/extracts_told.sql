{# What `bank_churn build` says of the extracts: the banks that are `off`, and those `without_holdings`; nothing under plain dbt. #}
{% macro extracts_told() %}
    {{ return(fromjson(env_var('BANK_CHURN_EXTRACTS', '{}'))) }}
{% endmacro %}
