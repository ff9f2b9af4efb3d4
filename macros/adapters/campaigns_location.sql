{# The folder of campaigns: BANK_CHURN_CAMPAIGNS, else `campaigns` in the project where the engine reads the project's files. #}
{% macro campaigns_location() %}
    {{ return(adapter.dispatch('campaigns_location', 'bank_churn')()) }}
{% endmacro %}

{% macro default__campaigns_location() %}
    {{ return(env_var('BANK_CHURN_CAMPAIGNS', '') | trim) }}
{% endmacro %}

{% macro duckdb__campaigns_location() %}
    {{ return(env_var('BANK_CHURN_CAMPAIGNS', 'campaigns') | trim) }}
{% endmacro %}
