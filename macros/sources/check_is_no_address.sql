{# Stops the build where a path is an address that the engine does not read. It may hold a password: it is neither shown nor given to DuckDB, whose queries dbt logs. #}
{% macro check_is_no_address(variable, location) %}
    {%- if modules.re.match('\\w+://', location) and not reads_addresses() -%}
        {%- do stop_build(variable ~ ' is an address: `bank_churn build` reads a table in Postgres, plain dbt does not.') -%}
    {%- endif -%}
{% endmacro %}
