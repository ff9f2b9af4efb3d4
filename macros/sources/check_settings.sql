{# Stops the build in one sentence when no portfolio is switched on, or a var has a value that means nothing. #}
{% macro check_settings() %}
    {%- set locations = [] -%}
    {%- for portfolio in var('portfolios') -%}
        {%- do locations.append(portfolio_location(portfolio)) -%}
    {%- endfor -%}
    {%- if execute and not locations | select | list -%}
        {%- do exceptions.raise_compiler_error('Every portfolio is switched off: set '
            ~ var('portfolios') | join('_CLIENTS or ') | upper ~ '_CLIENTS to an extract.') -%}
    {%- endif -%}
    {%- do check_portfolios() -%}
    {%- if var('cleaning_scenario') not in ['keep_all', 'drop_missing_balance'] -%}
        {%- do exceptions.raise_compiler_error('cleaning_scenario is "' ~ var('cleaning_scenario')
            ~ '"; it must be keep_all or drop_missing_balance.') -%}
    {%- endif -%}
    {%- for column in ['age', 'credit_score', 'property_points', 'balance', 'product_count', 'estimated_salary']
        if var('valid_ranges')[column] is not defined -%}
        {%- do exceptions.raise_compiler_error('valid_ranges has no range for ' ~ column
            ~ ': write all six ranges, also those you do not change.') -%}
    {%- endfor -%}
{% endmacro %}
