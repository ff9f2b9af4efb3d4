{# Whether the engine has refused empty values of this model's not_null columns while it wrote it. #}
{% macro enforces_not_null() -%}
    {{ return(adapter.dispatch('enforces_not_null', 'bank_churn')()) }}
{%- endmacro %}

{% macro default__enforces_not_null() %}{{ return(false) }}{% endmacro %}

{# A table with a contract is created with its columns before it is filled. #}
{% macro duckdb__enforces_not_null() %}
    {{ return(model.resource_type == 'model' and model.config.materialized == 'table' and model.config.contract.enforced) }}
{% endmacro %}
