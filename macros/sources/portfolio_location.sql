{# Where a portfolio's extract is: a path or glob, 'demo' (generated data), or '' (portfolio off). #}
{% macro portfolio_location(portfolio) %}
    {%- set variable = portfolio | upper ~ '_CLIENTS' -%}
    {%- set location = env_var(variable, 'demo') | trim -%}
    {%- if location == 'demo' -%}
        {{ return(demo_location(portfolio)) }}
    {%- endif -%}
    {%- do check_is_no_address(variable, location) -%}
    {{ return(location) }}
{% endmacro %}
