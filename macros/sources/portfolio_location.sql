{# Where a portfolio's extract is: a path or glob, 'demo' (generated data), or '' (portfolio off). #}
{% macro portfolio_location(portfolio) %}
    {%- set variable = portfolio | upper ~ '_CLIENTS' -%}
    {%- set location = env_var(variable, 'demo') | trim -%}
    {%- if location == 'demo' -%}
        {{ return(demo_location(portfolio)) }}
    {%- endif -%}
    {#- An address may hold a password, so it is neither shown nor given to DuckDB, whose queries dbt logs. #}
    {%- if modules.re.match('\\w+://', location) -%}
        {%- do stop_build(variable ~ ' is an address: `bank_churn build` reads a table in Postgres, plain dbt does not.') -%}
    {%- endif -%}
    {{ return(location) }}
{% endmacro %}
